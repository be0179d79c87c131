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
        counters.claim(keys[static_cast<std::size_t>(i) % keys.size()]).add(kNow);
    });
  workers.clear();
  std::map<Uuid, std::uint64_t> counts;
  ASSERT_TRUE(read_counters(directory.path(),
                            [&](const CallCount& count) { counts[count.key] = count.calls; }));
  ASSERT_EQ(counts.size(), keys.size());
  for (const auto& [key, calls] : counts) EXPECT_EQ(calls, 4U * 20'000 / keys.size());
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
  held.add(kNow);
  ASSERT_TRUE(keep_counters(directory.path(), 100'000, kNow));
  counters.claim(key).add(kNow);
  held.add(kNow);  // a call that was decided before the growth and ended after it
  std::uint64_t total = 0;
  ASSERT_TRUE(
      read_counters(directory.path(), [&](const CallCount& count) { total += count.calls; }));
  EXPECT_EQ(total, 3U);
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
  counters.claim(key).add(kNow);
  std::filesystem::remove(directory.path() + "/counters");
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  counters.claim(key).add(kNow);
  EXPECT_FALSE(find_count(directory.path(), key)) << "nobody told them";
  counters.look_again();
  counters.claim(key).add(kNow);
  EXPECT_EQ(find_count(directory.path(), key)->calls, 1U);
  const std::array<Uuid, 3> keys = {Uuid{}, key, Uuid{}};
  const auto counts = find_counts(directory.path(), keys);
  ASSERT_EQ(counts.size(), keys.size());
  EXPECT_EQ(counts[0].calls, 0U);
  EXPECT_EQ(counts[1].calls, 1U);
}

}  // namespace
}  // namespace claviger::keyring
