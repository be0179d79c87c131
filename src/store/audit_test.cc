#include "claviger/store/audit.h"

#include "connection.h"
#include "store_test.h"

namespace claviger::store {
namespace {

TEST_P(StoreTest, AuditRowsAreNumberedWithoutAGapAndListedNewestFirst) {
  const Tenant tenant = stored_tenant();
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(database().write([&](WriteTransaction& tx) {
      return tx.audit({.actor = tenant.user.id,
                       .organization = tenant.organization.id,
                       .action = "key.revoke",
                       .target_kind = "key",
                       .target_id = "key_" + std::to_string(i),
                       .changes = R"({"reason":{"after":"compromised"}})",
                       .request_id = "req_1",
                       .source_ip = "192.0.2.1"});
    }),
                Succeeds());
  }
  const auto first = must_read([&](ReadTransaction& tx) {
    return list_audit(tx, tenant.scope(), {}, {.limit = 3, .after = std::nullopt});
  });
  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_TRUE(first.has_more);
  EXPECT_EQ(first.items[0].entry.target_id, "key_4");
  EXPECT_EQ(first.items[0].entry.changes, R"({"reason":{"after":"compromised"}})");
  EXPECT_EQ(first.items[0].entry.actor, tenant.user.id);
  EXPECT_EQ(first.items[0].entry.source_ip, "192.0.2.1");
  EXPECT_EQ(first.items[0].at, clock_.now());
  EXPECT_EQ(first.items[0].sequence, first.items[2].sequence + 2);
  const auto rest = must_read([&](ReadTransaction& tx) {
    return list_audit(tx, tenant.scope(), {}, {.limit = 3, .after = first.items.back().sequence});
  });
  EXPECT_EQ(rest.items.size(), 2U);
  EXPECT_FALSE(rest.has_more);
  const auto of_target = must_read([&](ReadTransaction& tx) {
    return list_audit(tx, tenant.scope(), {.actor = tenant.user.id, .target_id = "key_2"}, {});
  });
  EXPECT_EQ(of_target.items.size(), 1U);
}

TEST_P(StoreTest, AnOrganizationSeesItsOwnAuditAlone) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  ASSERT_THAT(database().write([&](WriteTransaction& tx) {
    return tx.audit({.organization = theirs.organization.id,
                     .action = "user.create",
                     .target_kind = "user",
                     .target_id = "usr_1"});
  }),
              Succeeds());
  const auto seen =
      must_read([&](ReadTransaction& tx) { return list_audit(tx, ours.scope(), {}, {}); });
  EXPECT_TRUE(seen.items.empty());
  const auto all =
      must_read([&](ReadTransaction& tx) { return list_audit(tx, AllTenants{}, {}, {}); });
  EXPECT_FALSE(all.items.empty());
}

TEST_P(StoreTest, AnAuditRowCannotBeChangedOrDeleted) {
  stored_organization();
  for (const std::string_view forgery :
       {"UPDATE audit SET action = 'nothing'", "DELETE FROM audit"}) {
    const auto refused = database().write([&](WriteTransaction& tx) -> Result<void> {
      TRY(tx.connection().execute(forgery));
      return {};
    });
    EXPECT_THAT(refused, FailsWith(ErrorCode::kInternal)) << forgery;
  }
}

// ---- the chain

/// Writes a few rows, and forges one past the triggers, as somebody with the file in hand does.
class Forgery {
 public:
  explicit Forgery(StoreTest& test) : test_(test) {
    for (int i = 0; i < 5; ++i) write("key_" + std::to_string(i));
  }

  void write(const std::string& target) {
    EXPECT_THAT(test_.database().write([&](WriteTransaction& tx) {
      return tx.audit({.action = "key.revoke", .target_kind = "key", .target_id = target});
    }),
                Succeeds());
  }

  void forge(const std::string& sql) {
    const auto forged = test_.database().write([&](WriteTransaction& tx) -> Result<void> {
      const bool on_sqlite = tx.connection().dialect().name() == "sqlite";
      TRY(tx.connection().run_script(on_sqlite ? "DROP TRIGGER audit_update; DROP TRIGGER "
                                                 "audit_delete;"
                                               : "DROP TRIGGER audit_unchanged ON audit;"));
      return tx.connection().run_script(sql);
    });
    EXPECT_THAT(forged, Succeeds());
  }

  /// The end of the walk along the whole chain, in small steps.
  AuditWalk walk() {
    AuditWalk walk{.head = audit_beginning()};
    while (!walk.is_at_end && !walk.broken)
      walk = test_.must_read([&](ReadTransaction& tx) { return walk_audit(tx, walk.head, 2); });
    return walk;
  }

 private:
  StoreTest& test_;
};

TEST_P(StoreTest, AnUntouchedChainIsWalkedToItsEnd) {
  Forgery forgery(*this);
  const AuditWalk walk = forgery.walk();
  EXPECT_FALSE(walk.broken);
  const auto newest =
      must_read([&](ReadTransaction& tx) { return list_audit(tx, AllTenants{}, {}, {}); });
  EXPECT_EQ(walk.head.sequence, newest.items.front().sequence);
  EXPECT_EQ(walk.head.hash, newest.items.front().hash);
  reopen();
  forgery.write("after a restart");
  EXPECT_FALSE(forgery.walk().broken);
}

TEST_P(StoreTest, S6_WhoeverTouchesTheAuditIsFoundOut) {
  Forgery forgery(*this);
  const std::int64_t last = forgery.walk().head.sequence;
  const std::string row = std::to_string(last - 2);
  forgery.forge("UPDATE audit SET target_id = 'key_other' WHERE sequence = " + row);
  const AuditWalk walk = forgery.walk();
  ASSERT_TRUE(walk.broken);
  EXPECT_EQ(walk.broken->sequence, last - 2);
}

TEST_P(StoreTest, S6_ARowThatIsTakenOutIsMissed) {
  Forgery forgery(*this);
  const std::int64_t last = forgery.walk().head.sequence;
  forgery.forge("DELETE FROM audit WHERE sequence = " + std::to_string(last - 2));
  const AuditWalk walk = forgery.walk();
  ASSERT_TRUE(walk.broken);
  EXPECT_EQ(walk.broken->sequence, last - 2);
  EXPECT_THAT(walk.broken->why, testing::HasSubstr("missing"));
}

TEST_P(StoreTest, S6_EveryColumnIsCovered) {
  for (const char* forged :
       {"at = at + 1", "actor_id = 'usr_00000000000000000000000000'",
        "actor_key_id = 'key_00000000000000000000000000'",
        "organization_id = 'org_00000000000000000000000000'", "action = 'x'", "target_kind = 'x'",
        "changes = '{\"x\":1}'", "request_id = 'x'", "source_ip = 'x'"}) {
    SetUp();
    Forgery forgery(*this);
    const std::string row = std::to_string(forgery.walk().head.sequence);
    forgery.forge("UPDATE audit SET " + std::string(forged) + " WHERE sequence = " + row);
    EXPECT_TRUE(forgery.walk().broken) << forged;
  }
}

}  // namespace
}  // namespace claviger::store
