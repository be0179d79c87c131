#include "claviger/keyring/counters.h"

#include "temporary_directory.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "claviger/keyring/bus_guard.h"

namespace claviger::keyring {
namespace {

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

const UseNote kUse = UseNote::of(Uuid{}, core::IpAddress{});
constexpr Uuid kAKey = {{std::byte{1}}};

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
  read_counters(directory.path(), [&](const CallCount& count) { counts[count.key] = count.calls; });
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
  read_counters(directory.path(), [&](const CallCount& count) { total += count.calls; });
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
  read_counters(directory.path(), [&](const CallCount& count) { total += count.calls; });
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

// docs/threats.md, N20: somebody cuts the file that a process has mapped.
TEST(Counters, N20_CutShortAreRefusedAndFollowedByNewOnes) {
  install_bus_guard();
  const TemporaryDirectory directory;
  const std::string place = directory.path() + "/counters";
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  Counters counters(directory.path());
  const auto claimed = [&] {
    CounterSlot slot;
    return within_bus_guard([&] { slot = counters.claim(kAKey); }) && slot.is_set();
  };
  ASSERT_TRUE(claimed());
  for (const std::uintmax_t size : {0, 100, 4096}) {
    std::filesystem::resize_file(place, size);
    EXPECT_EQ(counted_since(directory.path()), std::nullopt);
    EXPECT_EQ(read_undecided(directory.path()), 0U);
    EXPECT_EQ(find_count(directory.path(), kAKey), std::nullopt);
    read_counters(directory.path(), [](const CallCount&) { ADD_FAILURE(); });
    claimed();
    counters.look_again();
    EXPECT_FALSE(claimed());
    EXPECT_EQ(*keep_counters(directory.path(), 1, kNow), CountersKept::kInPlaceOfDamaged);
    EXPECT_EQ(std::filesystem::file_size(directory.path() + "/counters.damaged"), size);
    EXPECT_TRUE(claimed());
    EXPECT_EQ(*keep_counters(directory.path(), 1, kNow), CountersKept::kAsTheyWere);
  }
}

/// Writes a word into a header.
void write_word(const std::string& path, std::streamoff place, std::uint64_t word) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(place);
  file.write(reinterpret_cast<const char*>(&word), sizeof(word));
  EXPECT_TRUE(file.flush());
}

constexpr std::streamoff kCapacity = 16;
constexpr std::streamoff kSuperseded = 24;
constexpr std::streamoff kClaimed = 48;

/// A directory whose counters grow again and again, and what they have counted altogether.
class GrowingCounters {
 public:
  GrowingCounters() { EXPECT_TRUE(keep_counters(path(), 1, kNow)); }

  /// Counts a call of a key that comes back and one of a key that does not.
  void count() {
    Counters counters(path());
    const Time at = kNow + std::chrono::seconds{++rounds_};
    counters.claim(kept_).add(kUse, at);
    counters.claim(make_uuid(kNow, random_)).add(kUse, at);
    counters.count_undecided();
  }

  /// As if all slots had been claimed.
  void fill() const { write_word(file("counters"), kClaimed, 1'000'000); }

  void grow() const {
    fill();
    EXPECT_EQ(*keep_counters(path(), 1, kNow + std::chrono::seconds{rounds_}),
              CountersKept::kInPlaceOfOutgrown);
  }

  void expect_all_counts() const {
    std::int64_t calls = 0;
    std::int64_t keys = 0;
    read_counters(path(), [&](const CallCount& count) {
      calls += static_cast<std::int64_t>(count.calls);
      ++keys;
    });
    EXPECT_EQ(calls, 2 * rounds_);
    EXPECT_EQ(keys, 1 + rounds_);
    EXPECT_EQ(read_undecided(path()), static_cast<std::uint64_t>(rounds_));
    EXPECT_EQ(counted_since(path()), kNow);
    const auto count = find_count(path(), kept_);
    ASSERT_TRUE(count);
    EXPECT_EQ(count->calls, static_cast<std::uint64_t>(rounds_));
    EXPECT_EQ(count->last_use()->at, kNow + std::chrono::seconds{rounds_});
  }

  [[nodiscard]] const std::string& path() const { return directory_.path(); }

  [[nodiscard]] std::string file(const std::string& name) const { return path() + '/' + name; }

  [[nodiscard]] std::size_t files() const {
    const std::filesystem::directory_iterator all(path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

 private:
  TemporaryDirectory directory_;
  SystemRandom random_;
  Uuid kept_ = make_uuid(kNow, random_);
  std::int64_t rounds_ = 0;
};

TEST(Counters, OfManyGrowthsAreInAFewFiles) {
  GrowingCounters counters;
  for (int growth = 0; growth < 8; ++growth) {
    counters.count();
    counters.grow();
    const auto summed = sum_up_counters(counters.path());
    ASSERT_TRUE(summed);
    EXPECT_EQ(*summed, growth < 4 ? 0U : 2U) << growth;
    counters.expect_all_counts();
    EXPECT_LE(counters.files(), 1 + kMostOlderCounters);
  }
  for (int growth = 0; growth < 3; ++growth) {
    counters.count();
    counters.grow();
  }
  EXPECT_EQ(*sum_up_counters(counters.path()), 4U) << "several that were left";
  counters.expect_all_counts();
}

TEST(Counters, OneDamagedOlderFileKeepsNoOtherFromBeingSummedUp) {
  GrowingCounters counters;
  for (int growth = 0; growth < 5; ++growth) {
    if (growth != 1) counters.count();
    counters.grow();
  }
  std::filesystem::resize_file(counters.file("counters.before-2"), 10);
  EXPECT_EQ(*sum_up_counters(counters.path()), 2U);
  counters.expect_all_counts();
  EXPECT_EQ(std::filesystem::file_size(counters.file("counters.damaged")), 10U);
}

/// Whatever a process that died has left, the counts are as they were before and after the next
/// growth and sum.
void expect_nothing_lost_or_doubled(GrowingCounters& counters) {
  counters.expect_all_counts();
  counters.count();
  counters.expect_all_counts();
  counters.grow();
  counters.expect_all_counts();
  EXPECT_TRUE(sum_up_counters(counters.path()));
  counters.expect_all_counts();
  EXPECT_LE(counters.files(), 1 + kMostOlderCounters);
}

TEST(Counters, AGrowthThatDiedBeforeItKeptTheOldFileIsMadeGood) {
  GrowingCounters counters;
  counters.count();
  std::ofstream(counters.file("counters.new")) << "half";
  expect_nothing_lost_or_doubled(counters);
}

TEST(Counters, AGrowthThatDiedBetweenTheTwoNamesOfTheOldFileIsMadeGood) {
  GrowingCounters counters;
  counters.count();
  const std::string older = counters.file("counters.before-1");
  std::filesystem::create_hard_link(counters.file("counters"), older);
  expect_nothing_lost_or_doubled(counters);
  EXPECT_FALSE(std::filesystem::exists(counters.file("counters.before-2")));
}

TEST(Counters, AGrowthThatDiedBeforeItEndedTheOldFileIsMadeGood) {
  GrowingCounters counters;
  counters.count();
  const std::string copy = counters.file("copy");
  std::filesystem::create_hard_link(counters.file("counters"), copy);
  counters.grow();
  write_word(copy, kSuperseded, 0);
  std::filesystem::remove(copy);
  expect_nothing_lost_or_doubled(counters);
}

TEST(Counters, AGrowthThatFailsForWantOfRoomTouchesNothing) {
  GrowingCounters counters;
  counters.count();
  // As full as can be: what is prepared cannot be removed, and so not made anew.
  std::filesystem::create_directory(counters.file("counters.new"));
  for (int attempt = 0; attempt < 3; ++attempt) {
    counters.fill();
    EXPECT_FALSE(keep_counters(counters.path(), 1, kNow));
    EXPECT_FALSE(std::filesystem::exists(counters.file("counters.before-1")));
    counters.expect_all_counts();
  }
  std::filesystem::remove(counters.file("counters.new"));
  expect_nothing_lost_or_doubled(counters);
}

/// A directory of more older files than there may be.
void let_outgrow(GrowingCounters& counters) {
  for (std::size_t growth = 0; growth < kMostOlderCounters + 2; ++growth) {
    counters.count();
    counters.grow();
  }
}

TEST(Counters, ASumThatDiedBeforeItWasInPlaceIsMadeAnew) {
  GrowingCounters counters;
  let_outgrow(counters);
  std::ofstream(counters.file("counters.new")) << "half";
  expect_nothing_lost_or_doubled(counters);
}

TEST(Counters, ASumThatDiedBeforeItRemovedWhatItHoldsDoesNotCountTwice) {
  for (int removed = 0; removed < 3; ++removed) {
    GrowingCounters counters;
    let_outgrow(counters);
    const auto saved = [&](int number) { return counters.file("saved-" + std::to_string(number)); };
    const auto older = [&](int number) {
      return counters.file("counters.before-" + std::to_string(number));
    };
    for (const int number : {1, 2}) std::filesystem::create_hard_link(older(number), saved(number));
    ASSERT_EQ(*sum_up_counters(counters.path()), 3U);
    for (const int number : {1, 2}) {
      if (number > removed) std::filesystem::create_hard_link(saved(number), older(number));
      std::filesystem::remove(saved(number));
    }
    expect_nothing_lost_or_doubled(counters);
    EXPECT_FALSE(std::filesystem::exists(older(2)));
  }
}

TEST(Counters, N20_AFileWithoutRoomIsNoneAndIsReplaced) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  write_word(directory.path() + "/counters", kCapacity, 0);
  Counters counters(directory.path());
  EXPECT_FALSE(counters.claim(Uuid{}).is_set());
  EXPECT_EQ(find_count(directory.path(), Uuid{}), std::nullopt);
  read_counters(directory.path(), [](const CallCount&) { ADD_FAILURE(); });
  EXPECT_EQ(*keep_counters(directory.path(), 1, kNow), CountersKept::kInPlaceOfDamaged);
  counters.look_again();
  SystemRandom random;
  EXPECT_TRUE(counters.claim(make_uuid(kNow, random)).is_set());
}

TEST(Counters, N20_NobodyReachesOutsideByWhatIsWrittenIntoALiveHeader) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(keep_counters(directory.path(), 1, kNow));
  SystemRandom random;
  const Uuid key = make_uuid(kNow, random);
  Counters counters(directory.path());
  counters.claim(key).add(kUse, kNow);
  for (const std::uint64_t capacity : {std::uint64_t{0}, std::uint64_t{1} << 60}) {
    write_word(directory.path() + "/counters", kCapacity, capacity);
    counters.prefetch(key);
    const CounterSlot slot = counters.claim(key);
    ASSERT_TRUE(slot.is_set());
    slot.add(kUse, kNow);
  }
  write_word(directory.path() + "/counters", kCapacity, 8192);
  EXPECT_EQ(find_count(directory.path(), key)->calls, 3U) << "it is the same counter";
}

}  // namespace
}  // namespace claviger::keyring
