// What the keyring says at this moment is what holds. N20 is a row of docs/threats.md.
#include "gateway_fixture.h"
#include "support/waiting.h"

#include <array>
#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <thread>
#include <unistd.h>

#include "claviger/keyring/counters.h"

namespace claviger::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class KeyringState : public GatewayTest {
 protected:
  int status_with(const WorldKey& key) {
    return ask({.target = "/devices/1", .headers = {bearer(key)}}).status;
  }

  void expect_unavailable(const std::string& what) {
    EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key_)}}, 503),
              "state-unavailable");
    EXPECT_TRUE(eventually([&] { return nginx().error_log().find(what) != std::string::npos; }))
        << nginx().error_log();
  }

  const WorldKey key_ = world().add_key();
};

TEST_F(KeyringState, N20_WithoutAKeyringEveryCallIsRefused) {
  const std::string aside = world().keyring() + ".aside";
  std::filesystem::rename(world().keyring(), aside);
  start();
  const HttpResponse response = ask({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.header("Retry-After"), "1");
  expect_unavailable("the keyring " + world().keyring() + " is not there");
  // It heals by itself.
  std::filesystem::rename(aside, world().keyring());
  EXPECT_EQ(status_with(key_), 200);
  EXPECT_THAT(nginx().error_log(), HasSubstr("is usable again"));
}

TEST_F(KeyringState, N20_ATroubleIsToldOnceAndNotPerCall) {
  std::filesystem::remove(world().keyring());
  start();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(status_with(key_), 503);
  const std::string log = nginx().error_log();
  const std::size_t first = log.find("[error]");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("[error]", first + 1), std::string::npos) << log;
}

TEST_F(KeyringState, N20_WhatIsNoWholeKeyringOfThisLayoutIsNotRead) {
  const std::string good = read_file(world().keyring());
  std::string damaged = good;
  damaged[8 * 4] = static_cast<char>(damaged[8 * 4] + 1);
  std::string newer = good;
  newer[8] = static_cast<char>(newer[8] + 1);
  std::filesystem::remove(world().keyring());
  start();
  for (const auto& [content, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "is shorter"},
           {"not a keyring\n", "is shorter"},
           {std::string(8192, 'x'), "is not a keyring"},
           {good.substr(0, good.size() / 2), "is shorter"},
           {newer, "has a layout version that this program does not know"},
           {damaged, "is damaged"}}) {
    write_file(world().keyring(), content);
    expect_unavailable(what);
  }
  write_file(world().keyring(), good);
  EXPECT_EQ(status_with(key_), 200);
}

TEST_F(KeyringState, N20_AKeyringThatIsCutShortWhileMappedEndsNoWorker) {
  start();
  EXPECT_EQ(status_with(key_), 200);
  const std::vector<pid_t> workers = nginx().workers();
  for (const off_t size : {4096, 0}) {
    ASSERT_EQ(truncate(world().keyring().c_str(), size), 0);
    EXPECT_EQ(status_with(key_), 503);
    EXPECT_EQ(status_with(key_), 503);
    world().replace_keyring();
    EXPECT_EQ(status_with(key_), 200);
  }
  EXPECT_EQ(nginx().workers(), workers);
  EXPECT_EQ(upstream().count(), 3U);
}

TEST_F(KeyringState, N20_ACompleteKeyringWithoutKeysIsAValidState) {
  start();
  SystemRandom random;
  const Secret unknown = core::make_secret(core::SecretKind::kAccessKey, random);
  EXPECT_EQ(ask({.target = "/devices/1",
                 .headers = {{"Authorization", "Bearer " + std::string(unknown.reveal())}}})
                .status,
            401);
}

TEST_F(KeyringState, N20_AnApiThatTheCatalogDoesNotHaveIsRefused) {
  start("location / { claviger api nosuch; proxy_pass http://api; }");
  EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key_)}}, 503), "api-unknown");
  EXPECT_TRUE(eventually(
      [&] { return nginx().error_log().find("calls to the API nosuch") != std::string::npos; }));
}

TEST_F(KeyringState, N20_WithoutCountersNoCallPasses) {
  const std::string counters = world().directory() + "/counters";
  std::filesystem::remove(counters);
  start();
  EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key_)}}, 503),
            "state-unavailable");
  EXPECT_THAT(nginx().error_log(), HasSubstr("/counters gives no counter"));
  ASSERT_TRUE(keyring::keep_counters(world().directory(), 100, SystemClock().now()));
  EXPECT_EQ(status_with(key_), 200);
  // Cut short while mapped: no call that cannot be counted passes, and no worker ends.
  const std::vector<pid_t> workers = nginx().workers();
  ASSERT_EQ(truncate(counters.c_str(), 0), 0);
  EXPECT_EQ(status_with(key_), 503);
  ASSERT_TRUE(keyring::keep_counters(world().directory(), 100, SystemClock().now()));
  EXPECT_EQ(status_with(key_), 200) << "the agent has made another file";
  EXPECT_EQ(nginx().workers(), workers);
}

TEST_F(KeyringState, AStaleKeyringIsRefusedUntilItIsConfirmed) {
  start();
  world().confirm(SystemClock{}.now() - seconds{290});
  EXPECT_EQ(status_with(key_), 200);
  world().confirm(SystemClock{}.now() - seconds{310});
  EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key_)}}, 503), "state-stale");
  EXPECT_THAT(nginx().error_log(), HasSubstr("longer ago than this API allows"));
  world().confirm(SystemClock{}.now());
  EXPECT_EQ(status_with(key_), 200);
}

TEST_F(KeyringState, WhatStopsHoldsAtOnceAndWhatStartsDoesToo) {
  start();
  const auto expect = [&](int status, const core::GatewayRecord& record) {
    world().put(record);
    EXPECT_EQ(status_with(key_), status);
  };
  core::UserRecord user = world().user();
  core::ApplicationRecord application = world().application();
  core::OrganizationRecord organization = world().organization();
  core::ApiRecord api = world().fleet();
  core::KeyRecord key = key_.record;
  user.standing = core::Standing::kInactive;
  expect(401, user);
  expect(200, world().user());
  application.standing = core::Standing::kInactive;
  expect(401, application);
  expect(200, world().application());
  organization.standing = core::Standing::kInactive;
  expect(401, organization);
  expect(200, world().organization());
  api.standing = core::Standing::kInactive;
  expect(403, api);
  expect(200, world().fleet());
  key.standing = core::Standing::kInactive;
  expect(401, key);
  expect(200, key_.record);
  user = world().user();
  user.right_sets.clear();
  expect(403, user);
}

TEST_F(KeyringState, ARevocationHoldsForEveryCallSentAfterIt) {
  NginxSettings settings = settings_with(kGuardedLocations);
  settings.workers = 2;
  start_with(settings);
  constexpr int kKeys = 20;
  for (int i = 0; i < kKeys; ++i) {
    WorldKey key = world().add_key();
    std::atomic<bool> revoked = false;
    std::atomic<int> accepted_before = 0;
    std::atomic<int> accepted_after = 0;
    std::atomic<int> refused = 0;
    const auto call = [&] {
      while (refused < 4) {
        const bool sent_after = revoked;
        const int status =
            test::ask(gateway(), {.target = "/devices/1", .headers = {bearer(key)}}).status;
        if (status == 200) ++(sent_after ? accepted_after : accepted_before);
        if (sent_after) ++refused;
      }
    };
    std::thread one(call);
    std::thread another(call);
    EXPECT_TRUE(eventually([&] { return accepted_before > 3; }));
    key.record.revoked = true;
    world().put(key.record);
    revoked = true;
    one.join();
    another.join();
    EXPECT_EQ(accepted_after, 0);
  }
}

TEST_F(KeyringState, AKeyStopsAtItsExpiryToTheMoment) {
  start();
  WorldKey key = world().add_key();
  const SystemClock clock;
  const Time expiry = clock.now() + milliseconds{1500};
  key.record.expires_at = expiry;
  world().put(key.record);
  int accepted = 0;
  int refused = 0;
  while (refused < 20) {
    const Time sent = clock.now();
    const int status = status_with(key);
    const Time answered = clock.now();
    if (status == 200) {
      EXPECT_LT(sent, expiry);
      ++accepted;
    } else {
      EXPECT_GE(answered, expiry);
      ++refused;
    }
  }
  EXPECT_GT(accepted, 0);
}

TEST_F(KeyringState, ANewKeyringTakesOverBetweenTwoCalls) {
  start();
  for (int i = 0; i < 10; ++i) {
    world().replace_keyring();
    EXPECT_EQ(status_with(key_), 200);
  }
}

}  // namespace
}  // namespace claviger::test
