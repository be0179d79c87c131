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
                       .detail = R"({"reason":"compromised"})",
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
  EXPECT_EQ(first.items[0].entry.detail, R"({"reason":"compromised"})");
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

}  // namespace
}  // namespace claviger::store
