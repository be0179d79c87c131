#include "claviger/store/database.h"

#include "connection.h"
#include "store_test.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "claviger/store/change_log.h"

namespace claviger::store {
namespace {

using testing::Each;
using testing::HasSubstr;

/// Runs `function(number)` on as many threads, and gives back what each returned.
template <class Function>
auto on_threads(int count, Function function) {
  std::vector<std::future<decltype(function(0))>> running;
  for (int i = 0; i < count; ++i) running.push_back(std::async(std::launch::async, function, i));
  std::vector<decltype(function(0))> answers;
  for (auto& answer : running) answers.push_back(answer.get());
  return answers;
}

TEST_P(StoreTest, AWriteReturnsWhatItsFunctionReturned) {
  const auto answer = database().write([](WriteTransaction&) -> Result<int> { return 7; });
  ASSERT_THAT(answer, Succeeds());
  EXPECT_EQ(*answer, 7);
}

TEST_P(StoreTest, WhatWasAnsweredIsThereAfterARestart) {
  const core::Organization organization = stored_organization();
  reopen();
  const auto found = must_read(
      [&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, organization.id); });
  EXPECT_EQ(found.name, organization.name);
  EXPECT_EQ(found.version, organization.version);
}

TEST_P(StoreTest, AFailedWriteLeavesNoTrace) {
  const core::Organization organization = an_organization();
  const auto before = must_read([](ReadTransaction& tx) { return change_head(tx); });
  const auto failed = change([&](WriteTransaction& tx) -> Result<void> {
    TRY(create_organization(tx, AllTenants{}, organization));
    return fail(Error::refused(ErrorCode::kLimitReached, "No more."));
  });
  EXPECT_THAT(failed, FailsWith(ErrorCode::kLimitReached));
  const auto absent = database().read(
      [&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, organization.id); });
  EXPECT_THAT(absent, FailsWith(ErrorCode::kNotFound));
  const auto after = must_read([](ReadTransaction& tx) { return change_head(tx); });
  EXPECT_EQ(after.version, before.version);
}

TEST_P(StoreTest, AnExceptionInAWriteIsAnErrorAndNothingMore) {
  const auto thrown = database().write(
      [](WriteTransaction&) -> Result<void> { throw std::runtime_error("a defect"); });
  EXPECT_THAT(thrown, FailsWith(ErrorCode::kInternal));
  const auto thrown_in_read = database().read(
      [](ReadTransaction&) -> Result<void> { throw std::runtime_error("a defect"); });
  EXPECT_THAT(thrown_in_read, FailsWith(ErrorCode::kInternal));
  stored_organization();
}

TEST_P(StoreTest, AWriteInsideAWriteIsRefusedInsteadOfWaitingForItself) {
  const auto outer = database().write([&](WriteTransaction&) -> Result<void> {
    EXPECT_THAT(database().write([](WriteTransaction&) -> Result<void> { return {}; }),
                FailsWith(ErrorCode::kInternal));
    return {};
  });
  EXPECT_THAT(outer, Succeeds());
}

TEST_P(StoreTest, AFailingOperationDoesNotHurtTheOthersInItsGroup) {
  const Tenant tenant = stored_tenant();
  const auto answers = on_threads(24, [&](int number) {
    core::User user = a_user(tenant.organization.id);
    if (number % 3 == 0) user.email = tenant.user.email;
    return change([&](WriteTransaction& tx) { return create_user(tx, tenant.scope(), user, ""); });
  });
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i % 3 == 0)
      EXPECT_THAT(answers[i], FailsWith(ErrorCode::kConflict));
    else
      EXPECT_THAT(answers[i], Succeeds());
  }
  const auto users =
      must_read([&](ReadTransaction& tx) { return list_users(tx, tenant.scope(), {}, {}); });
  EXPECT_EQ(users.items.size(), 1 + 16U);
}

TEST_P(StoreTest, ALimitCheckedInsideTheWriteHoldsAgainstAllServersAtOnce) {
  constexpr std::int64_t kLimit = 10;
  const Tenant tenant = stored_tenant();
  const auto another = open_another();
  const auto answers = on_threads(64, [&](int number) {
    Database& server = number % 2 == 0 ? database() : *another;
    const IssuedKey issued = a_key(tenant.application);
    return server.write([&](WriteTransaction& tx) -> Result<void> {
      const auto count =
          TRY(count_active_keys(tx, tenant.scope(), tenant.application.id, clock_.now()));
      if (count >= kLimit) return fail(Error::refused(ErrorCode::kLimitReached, "Ten keys."));
      TRY(create_key(tx, tenant.scope(), issued));
      return tx.audit({.action = "key.create", .target_kind = "key", .target_id = ""});
    });
  });
  std::int64_t created = 0;
  for (const auto& answer : answers) {
    if (answer.has_value())
      ++created;
    else
      EXPECT_THAT(answer, FailsWith(ErrorCode::kLimitReached));
  }
  EXPECT_EQ(created, kLimit);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return count_active_keys(tx, tenant.scope(), tenant.application.id, clock_.now());
            }),
            kLimit);
}

TEST_P(StoreTest, AReadSeesOneSnapshotFromItsFirstLookToItsEnd) {
  stored_organization();
  const auto sizes = database().read([&](ReadTransaction& tx) -> Result<std::vector<std::size_t>> {
    const auto before = TRY(list_organizations(tx, AllTenants{}, {}));
    stored_organization();
    const auto after = TRY(list_organizations(tx, AllTenants{}, {}));
    return std::vector{before.items.size(), after.items.size()};
  });
  ASSERT_THAT(sizes, Succeeds());
  EXPECT_THAT(*sizes, Each(std::size_t{1}));
  const auto now =
      must_read([](ReadTransaction& tx) { return list_organizations(tx, AllTenants{}, {}); });
  EXPECT_EQ(now.items.size(), 2U);
}

TEST_P(StoreTest, AReadCannotWrite) {
  const auto written = database().read([](ReadTransaction& tx) -> Result<void> {
    TRY(tx.connection().execute("DELETE FROM sessions"));
    return {};
  });
  EXPECT_FALSE(written.has_value());
  stored_organization();
}

TEST_P(StoreTest, ManyReadersAndWritersGoOnTogether) {
  const Tenant tenant = stored_tenant();
  const auto answers = on_threads(16, [&](int number) -> bool {
    for (int i = 0; i < 10; ++i) {
      if (number % 2 == 0) {
        const core::User user = a_user(tenant.organization.id);
        const auto version =
            change([&](WriteTransaction& tx) { return create_user(tx, tenant.scope(), user, ""); });
        if (!version.has_value()) return false;
        // A write that was answered is in every later read.
        const auto found = database().read(
            [&](ReadTransaction& tx) { return get_user(tx, tenant.scope(), user.id); });
        if (!found.has_value()) return false;
      } else if (!database()
                      .read([&](ReadTransaction& tx) {
                        return list_users(tx, tenant.scope(), {},
                                          {.limit = 5, .after = std::nullopt});
                      })
                      .has_value()) {
        return false;
      }
    }
    return true;
  });
  EXPECT_THAT(answers, Each(true));
}

TEST_P(StoreTest, TextsThatOneDatabaseCannotHoldAreRefusedByBoth) {
  core::Organization organization = an_organization();
  const auto create = [&] {
    return change(
        [&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, organization); });
  };
  organization.name = std::string("a\0b", 3);
  EXPECT_THAT(create(), FailsWith(ErrorCode::kInvalidInput));
  organization.name = "\xFF\xFE";
  EXPECT_THAT(create(), FailsWith(ErrorCode::kInvalidInput));
}

TEST_P(StoreTest, OddTextsComeBackAsTheyWent) {
  for (const std::string name :
       {"", "'; DROP TABLE users; --", "a\"b\\c", ":name $1 ? %s",
        "Größe \xF0\x9F\x94\x91 \xE2\x80\xAE", "tab\tand\nline", "  spaces  ", "NULL", "0"}) {
    core::Organization organization = an_organization();
    organization.name = name;
    ASSERT_THAT(change([&](WriteTransaction& tx) {
                  return create_organization(tx, AllTenants{}, organization);
                }),
                Succeeds());
    const auto found = must_read(
        [&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, organization.id); });
    EXPECT_EQ(found.name, name);
  }
}

TEST_P(StoreTest, AnOperationCannotGoOnAfterAStatementFailed) {
  const core::Organization first = stored_organization();
  const core::Organization second = an_organization();
  const auto version = change([&](WriteTransaction& tx) -> Result<core::Version> {
    EXPECT_THAT(create_organization(tx, AllTenants{}, first), FailsWith(ErrorCode::kConflict));
    return core::Version();
  });
  EXPECT_FALSE(version.has_value());
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, second); }),
      Succeeds());
}

TEST_P(StoreTest, TheListenerHearsOfEachCommitThatChangedSomething) {
  std::atomic<std::int64_t> heard = 0;
  database().on_change([&](core::Version version) { heard = version.number; });
  const core::Organization organization = stored_organization();
  EXPECT_EQ(heard.load(), organization.version.number);
  heard = 0;
  ASSERT_THAT(database().write([](WriteTransaction&) -> Result<void> { return {}; }), Succeeds());
  EXPECT_EQ(heard.load(), 0);
}

TEST_P(StoreTest, AListenerThatFailsDoesNotHurtTheWrite) {
  database().on_change([](core::Version) { throw std::runtime_error("a defect"); });
  stored_organization();
  stored_organization();
}

TEST_P(StoreTest, AFullQueueRefusesInsteadOfGrowing) {
  auto opened = Database::open({.url = url(), .max_queued_writes = 1}, clock_);
  ASSERT_THAT(opened, Succeeds());
  Database& small = **opened;
  std::promise<void> started;
  std::promise<void> may_end;
  auto slow = std::async(std::launch::async, [&] {
    return small.write([&](WriteTransaction&) -> Result<void> {
      started.set_value();
      may_end.get_future().wait();
      return {};
    });
  });
  started.get_future().wait();
  std::atomic<int> refused = 0;
  std::vector<std::thread> others;
  for (int i = 0; i < 8; ++i) {
    others.emplace_back([&] {
      const auto answer = small.write([](WriteTransaction&) -> Result<void> { return {}; });
      if (!answer.has_value() && answer.error().code() == ErrorCode::kUnavailable) ++refused;
    });
  }
  while (refused.load() < 7) std::this_thread::yield();
  may_end.set_value();
  for (std::thread& other : others) other.join();
  EXPECT_THAT(slow.get(), Succeeds());
  EXPECT_EQ(refused.load(), 7);
}

TEST_P(StoreTest, AUrlThatNamesNoDatabaseIsRefusedInASentence) {
  for (const std::string bad :
       {"", "sqlite:", "sqlite://relative.db", "mysql://host/name", "/a.db"}) {
    const auto opened = Database::open({.url = bad}, clock_);
    ASSERT_THAT(opened, FailsWith(ErrorCode::kInvalidInput)) << bad;
    EXPECT_THAT(opened.error().public_text().str(), HasSubstr("sqlite:///var/lib"));
  }
}

}  // namespace
}  // namespace claviger::store
