#include "counted_calls.h"

#include "service_test.h"

#include "claviger/keyring/counters.h"

namespace claviger::service {
namespace {

using std::chrono::hours;

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);
constexpr Time kFrom = kNow - kImpactWindow;

/// A gateway whose counters were made at `since`.
class Gateway {
 public:
  explicit Gateway(Time since) { EXPECT_TRUE(keyring::keep_counters(folder_.path(), 100, since)); }

  store::HeldKey key(Time created_at) {
    return {.id = core::KeyId::make(created_at, random_), .created_at = created_at};
  }

  void call(const store::HeldKey& key, Time at) {
    keyring::Counters counters(folder_.path());
    counters.claim(key.id.uuid()).add({}, at);
  }

  [[nodiscard]] CountedCalls count(const std::vector<store::HeldKey>& keys) const {
    return count_calls(folder_.path(), keys, kFrom);
  }

 private:
  Folder folder_;
  SystemRandom random_;
};

TEST(CountedCalls, AreExactForAKeyThatIsYoungerThanTheWindow) {
  Gateway gateway(kFrom - hours{1000});
  const auto key = gateway.key(kFrom);
  for (int i = 0; i < 3; ++i) gateway.call(key, kNow);
  EXPECT_EQ(gateway.count({key}).at_least, 3U);
  EXPECT_EQ(gateway.count({key}).at_most, 3U);
}

TEST(CountedCalls, AreExactWhereCountingIsYoungerThanTheWindow) {
  Gateway gateway(kFrom);
  const auto key = gateway.key(kFrom - hours{1000});
  for (int i = 0; i < 3; ++i) gateway.call(key, kNow);
  EXPECT_EQ(gateway.count({key}).at_least, 3U);
  EXPECT_EQ(gateway.count({key}).at_most, 3U);
  EXPECT_EQ(gateway.count({key}).since, kFrom);
}

TEST(CountedCalls, OfAnOldKeyThatIsStillInUseAreBetweenOnceAndAll) {
  Gateway gateway(kFrom - hours{1000});
  const auto old = gateway.key(kFrom - hours{1000});
  const auto idle = gateway.key(kFrom - hours{1000});
  const auto never = gateway.key(kFrom - hours{1000});
  gateway.call(old, kFrom - hours{1});
  gateway.call(old, kFrom);
  gateway.call(idle, kFrom - Microseconds{1});
  EXPECT_EQ(gateway.count({old}).at_least, 1U);
  EXPECT_EQ(gateway.count({old}).at_most, 2U);
  EXPECT_EQ(gateway.count({idle, never}).at_most, 0U) << "the last call tells";
  EXPECT_EQ(gateway.count({old, idle}).at_most, 2U);
}

TEST(CountedCalls, AreUnknownWhereNothingCounts) {
  const Folder empty;
  const CountedCalls calls = count_calls(empty.path(), {}, kFrom);
  EXPECT_EQ(calls.since, std::nullopt);
  EXPECT_EQ(calls.at_most, 0U);
}

}  // namespace
}  // namespace claviger::service
