#include "claviger/store/change_log.h"

#include "connection.h"
#include "store_test.h"

#include <algorithm>
#include <future>
#include <map>
#include <set>

#include "claviger/store/audit.h"

namespace claviger::store {
namespace {

struct LoggedChange {
  core::Version version;
  std::int64_t ordinal = 0;
  std::string subject;
};

Result<std::vector<LoggedChange>> logged_changes(const ReadTransaction& tx) {
  return tx.connection().select(
      "SELECT version, ordinal, subject FROM changes ORDER BY version, ordinal", {}, [](Row& row) {
        const core::Version version = row.version();
        const std::int64_t ordinal = row.number();
        return LoggedChange{version, ordinal, std::string(row.text())};
      });
}

TEST_P(StoreTest, ChangesOfConcurrentWritersFollowOneAnotherWithoutAGap) {
  constexpr int kWriters = 8;
  constexpr int kChangesEach = 25;
  const Tenant tenant = stored_tenant();
  const auto another = open_another();
  const auto start = must_read([](ReadTransaction& tx) { return change_head(tx); }).version;
  std::vector<std::future<std::map<std::int64_t, std::string>>> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.push_back(std::async(std::launch::async, [&, writer] {
      std::map<std::int64_t, std::string> subject_of_version;
      for (int i = 0; i < kChangesEach; ++i) {
        Database& server = writer % 2 == 0 ? database() : *another;
        const core::Application application = an_application(tenant.user);
        const auto version = server.write([&](WriteTransaction& tx) -> Result<core::Version> {
          TRY(tx.audit({.action = "test"}));
          return create_application(tx, tenant.scope(), application);
        });
        EXPECT_THAT(version, Succeeds());
        if (version.has_value()) subject_of_version[version->number] = application.id.str();
      }
      return subject_of_version;
    }));
  }
  std::map<std::int64_t, std::string> expected;
  for (auto& writer : writers) expected.merge(writer.get());
  ASSERT_EQ(expected.size(), std::size_t{kWriters * kChangesEach});
  EXPECT_EQ(expected.begin()->first, start.number + 1);
  EXPECT_EQ(expected.rbegin()->first, start.number + kWriters * kChangesEach);
  for (const LoggedChange& change :
       must_read([](ReadTransaction& tx) { return logged_changes(tx); })) {
    if (change.version > start) {
      EXPECT_EQ(change.subject, expected[change.version.number]);
    }
  }
}

TEST_P(StoreTest, OneOperationIsOneVersionWithEachSubjectOnce) {
  const Tenant tenant = stored_tenant();
  const core::Application first = an_application(tenant.user);
  const core::Application second = an_application(tenant.user);
  const auto version = change([&](WriteTransaction& tx) -> Result<core::Version> {
    const auto of_first = TRY(create_application(tx, tenant.scope(), first));
    TRY(update_application(tx, tenant.scope(), first));
    const auto of_second = TRY(create_application(tx, tenant.scope(), second));
    EXPECT_EQ(of_first, of_second);
    EXPECT_EQ(tx.version(), of_first);
    return of_first;
  });
  ASSERT_THAT(version, Succeeds());
  std::vector<std::string> subjects;
  for (const LoggedChange& change :
       must_read([](ReadTransaction& tx) { return logged_changes(tx); })) {
    if (change.version == *version) subjects.push_back(change.subject);
  }
  EXPECT_THAT(subjects, testing::ElementsAre(first.id.str(), second.id.str()));
}

TEST_P(StoreTest, AMutatorThatForgetsTheLogIsRefusedByTheDatabase) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  const core::Api api = stored_api(tenant.organization.id, "fleet");
  for (const std::string_view forgetful :
       {"UPDATE organizations SET standing = 'inactive'", "UPDATE users SET standing = 'inactive'",
        "UPDATE apis SET standing = 'inactive'", "UPDATE endpoints SET is_present = 0",
        "UPDATE applications SET status = 'revoked'", "UPDATE access_keys SET state = 'disabled'",
        "UPDATE key_secrets SET revoked = 1", "DELETE FROM key_secrets",
        "INSERT INTO organizations SELECT 'org_x', name, parent_id, standing, created_at, version "
        "FROM organizations"}) {
    const auto refused = change([&](WriteTransaction& tx) -> Result<void> {
      TRY(tx.connection().execute(forgetful));
      return {};
    });
    EXPECT_THAT(refused, FailsWith(ErrorCode::kInternal)) << forgetful;
  }
}

TEST_P(StoreTest, ARowMustCarryTheVersionOfItsChange) {
  const Tenant tenant = stored_tenant();
  const auto refused = change([&](WriteTransaction& tx) -> Result<void> {
    TRY(tx.record_change(ChangedSubject::of(tenant.user.id)));
    TRY(tx.connection().execute("UPDATE users SET standing = 'inactive'"));
    return {};
  });
  EXPECT_THAT(refused, FailsWith(ErrorCode::kInternal));
}

TEST_P(StoreTest, AChangeWithoutAnAuditEntryIsRefusedWhole) {
  const core::Organization organization = an_organization();
  const auto refused = database().write(
      [&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, organization); });
  ASSERT_THAT(refused, FailsWith(ErrorCode::kInternal));
  EXPECT_THAT(refused.error().internal_text(), testing::HasSubstr("audit"));
  const auto absent = database().read(
      [&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, organization.id); });
  EXPECT_THAT(absent, FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, ARevocationCannotBeUndoneInTheDatabaseItself) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return change_key_state(tx, tenant.scope(),
                                        {.id = issued.key.id,
                                         .from = core::KeyState::kActive,
                                         .to = core::KeyState::kRevoked,
                                         .reason = core::RevokeReason::kCompromised,
                                         .comment = ""});
              }),
              Succeeds());
  const auto undone = change([&](WriteTransaction& tx) -> Result<void> {
    const core::Version version = TRY(tx.record_change(ChangedSubject::of(issued.key.id)));
    TRY(tx.connection().execute("UPDATE access_keys SET state = 'active', version = :version",
                                {{"version", version}}));
    return {};
  });
  EXPECT_THAT(undone, FailsWith(ErrorCode::kInternal));
}

TEST_P(StoreTest, ChangesAreForgottenUpToAVersionAndNoFurther) {
  stored_organization();
  const core::Organization kept = stored_organization();
  const core::Version through{kept.version.number - 1};
  ASSERT_THAT(database().write([&](WriteTransaction& tx) { return forget_changes(tx, through); }),
              Succeeds());
  const auto head = must_read([](ReadTransaction& tx) { return change_head(tx); });
  EXPECT_EQ(head.kept_after, through);
  EXPECT_EQ(head.version, kept.version);
  for (const LoggedChange& change :
       must_read([](ReadTransaction& tx) { return logged_changes(tx); }))
    EXPECT_GT(change.version, through);
  // What lies ahead cannot be forgotten.
  ASSERT_THAT(database().write([&](WriteTransaction& tx) {
    return forget_changes(tx, core::Version{kept.version.number + 1});
  }),
              Succeeds());
  EXPECT_EQ(must_read([](ReadTransaction& tx) { return change_head(tx); }).kept_after, through);
}

TEST_P(StoreTest, EpochsOnlyGrow) {
  const auto before = must_read([](ReadTransaction& tx) { return change_head(tx); }).epoch;
  const auto next = database().write([](WriteTransaction& tx) { return start_epoch(tx); });
  ASSERT_THAT(next, Succeeds());
  EXPECT_EQ(next->number, before.number + 1);
}

}  // namespace
}  // namespace claviger::store
