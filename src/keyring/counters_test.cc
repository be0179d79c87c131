#include "claviger/keyring/counters.h"

#include "temporary_directory.h"

#include <array>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace claviger::keyring {
namespace {

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

const UseNote kUse = UseNote::of(Uuid{}, core::IpAddress{});

TEST(Counters, CountEveryCallOfEveryWorkerOnce) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(keep_counters(directory.path(), 100, kNow));
  SystemRandom random;
  std::vector<Uuid> keys;
  for (int i = 0; i < 50; ++i) keys.push_back(make_uuid(kNow, random));
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 4; ++worker)
    workers.emplace_back([&] {
      Counters counters(directory.path());
      for (int i = 0; i < 20'000; ++i)
        counters.claim(keys[static_cast<std::size_t>(i) % keys.size()]).add(kUse, kNow);
    });
  workers.clear();
  std::map<Uuid, std::uint64_t> counts;
  ASSERT_TRUE(read_counters(directory.path(),
                            [&](const CallCount& count) { counts[count.key] = count.calls; }));
  ASSERT_EQ(counts.size(), keys.size());
  for (const auto& [key, calls] : counts) EXPECT_EQ(calls, 4U * 20'000 / keys.size());
}

/// The counter of one key, and what is read of it.
class OneCounter {
 public:
  OneCounter() { EXPECT_TRUE(keep_counters(folder_.path(), 1, kNow)); }

  core::SecretId secret() { return core::SecretId(random_uuid()); }

  void use(core::SecretId secret, const char* from, Time at) {
    counters_.claim(key_).add(UseNote::of(secret.uuid(), *core::IpAddress::parse(from)), at);
  }

  void outgrow() { EXPECT_TRUE(keep_counters(folder_.path(), 100'000, kNow)); }

  [[nodiscard]] CallCount count() const { return find_counts(folder_.path(), {&key_, 1}).front(); }

 private:
  Uuid random_uuid() {
    Uuid uuid;
    random_.fill(std::as_writable_bytes(std::span(uuid.bytes)));
    return uuid;
  }

  TemporaryDirectory folder_;
  SystemRandom random_;
  Uuid key_ = make_uuid(kNow, random_);
  Counters counters_{folder_.path()};
};

LastUse used(Time at, const char* network) {
  return {.at = at, .from = *core::Network::parse(network)};
}

TEST(Counters, NoteTheLastUseOfEachOfAKeysTwoSecrets) {
  OneCounter key;
  const core::SecretId old_one = key.secret();
  const core::SecretId new_one = key.secret();
  EXPECT_EQ(key.count().last_use(), std::nullopt);
  key.use(old_one, "192.0.2.7", kNow);
  key.use(new_one, "2001:db8:1:2:3:4:5:6", kNow + std::chrono::seconds{1});
  key.use(old_one, "198.51.100.255", kNow + std::chrono::seconds{2});
  const CallCount count = key.count();
  EXPECT_EQ(count.calls, 3U);
  EXPECT_EQ(count.last_use_of(old_one), used(kNow + std::chrono::seconds{2}, "198.51.100.255"));
  EXPECT_EQ(count.last_use_of(new_one), used(kNow + std::chrono::seconds{1}, "2001:db8:1:2::/64"));
  EXPECT_EQ(count.last_use(), count.last_use_of(old_one));
  EXPECT_EQ(count.last_use_of(key.secret()), std::nullopt);
}

TEST(Counters, AThirdSecretTakesThePlaceOfTheOneUsedLongerAgo) {
  OneCounter key;
  const core::SecretId first = key.secret();
  const core::SecretId second = key.secret();
  const core::SecretId third = key.secret();
  key.use(second, "192.0.2.2", kNow);
  key.use(first, "192.0.2.1", kNow + std::chrono::seconds{1});
  key.use(third, "192.0.2.3", kNow + std::chrono::seconds{2});
  EXPECT_EQ(key.count().last_use_of(second), std::nullopt);
  EXPECT_TRUE(key.count().last_use_of(first));
  EXPECT_TRUE(key.count().last_use_of(third));
}

TEST(Counters, TheNewestUseIsFoundInWhicheverFileItIs) {
  OneCounter key;
  const core::SecretId first = key.secret();
  const core::SecretId second = key.secret();
  key.use(first, "192.0.2.1", kNow);
  key.use(second, "192.0.2.2", kNow + std::chrono::seconds{1});
  key.outgrow();
  key.use(first, "192.0.2.3", kNow + std::chrono::seconds{2});
  EXPECT_EQ(key.count().last_use_of(first), used(kNow + std::chrono::seconds{2}, "192.0.2.3"));
  EXPECT_EQ(key.count().last_use_of(second), used(kNow + std::chrono::seconds{1}, "192.0.2.2"));
}

TEST(Counters, SayWhenTheyBegan) {
  const TemporaryDirectory directory;
  EXPECT_EQ(counted_since(directory.path()), std::nullopt);
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  ASSERT_TRUE(keep_counters(directory.path(), 100'000, kNow + std::chrono::hours{1}));
  EXPECT_EQ(counted_since(directory.path()), kNow) << "the file that was outgrown still counts";
}

TEST(Counters, GrowWithoutLosingACount) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  SystemRandom random;
  const Uuid key = make_uuid(kNow, random);
  Counters counters(directory.path());
  const CounterSlot held = counters.claim(key);
  held.add(kUse, kNow);
  ASSERT_TRUE(keep_counters(directory.path(), 100'000, kNow));
  counters.claim(key).add(kUse, kNow);
  held.add(kUse, kNow);  // a call that was decided before the growth and ended after it
  std::uint64_t total = 0;
  ASSERT_TRUE(
      read_counters(directory.path(), [&](const CallCount& count) { total += count.calls; }));
  EXPECT_EQ(total, 3U);
}

// docs/threats.md, N20: keys that come and go must not use up the room of those that stay.
TEST(Counters, MakeRoomBeforeTheKeysThatAreGoneHaveFilledThem) {
  const TemporaryDirectory directory;
  SystemRandom random;
  Counters counters(directory.path());
  for (int round = 0; round < 30; ++round) {
    ASSERT_TRUE(keep_counters(directory.path(), 10, kNow));
    for (int i = 0; i < 1000; ++i) {
      const CounterSlot slot = counters.claim(make_uuid(kNow, random));
      ASSERT_TRUE(slot.is_set());
      slot.add(kUse, kNow);
    }
  }
  std::uint64_t total = 0;
  ASSERT_TRUE(
      read_counters(directory.path(), [&](const CallCount& count) { total += count.calls; }));
  EXPECT_EQ(total, 30'000U);
}

TEST(Counters, WithoutAFileThereIsNoSlot) {
  const TemporaryDirectory directory;
  Counters counters(directory.path());
  EXPECT_FALSE(counters.claim(Uuid{}).is_set());
}

TEST(Counters, FollowAFileThatTookTheirPlaceOnceTheyAreToldToLook) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  SystemRandom random;
  const Uuid key = make_uuid(kNow, random);
  Counters counters(directory.path());
  counters.claim(key).add(kUse, kNow);
  std::filesystem::remove(directory.path() + "/counters");
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  counters.claim(key).add(kUse, kNow);
  EXPECT_FALSE(find_count(directory.path(), key)) << "nobody told them";
  counters.look_again();
  counters.claim(key).add(kUse, kNow);
  EXPECT_EQ(find_count(directory.path(), key)->calls, 1U);
  const std::array<Uuid, 3> keys = {Uuid{}, key, Uuid{}};
  const auto counts = find_counts(directory.path(), keys);
  ASSERT_EQ(counts.size(), keys.size());
  EXPECT_EQ(counts[0].calls, 0U);
  EXPECT_EQ(counts[1].calls, 1U);
}

}  // namespace
}  // namespace claviger::keyring
