#include "claviger/service/gateway_watch.h"

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace claviger::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A clock that a test sets, while others read it.
class SetClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_microseconds(now_); }

  void pass(Microseconds span) { now_ += span.count(); }

 private:
  std::atomic<std::int64_t> now_ = 1'800'000'000'000'000;
};

class GatewayWatchTest : public testing::Test {
 protected:
  Receipt wait(std::int64_t version, milliseconds patience = milliseconds{20}) {
    return watch_.wait_applied({version}, clock_.now(),
                               std::chrono::steady_clock::now() + patience);
  }

  core::GatewayId make_id() { return core::GatewayId::make(clock_.now(), random_); }

  SystemRandom random_;
  SetClock clock_;
  GatewayWatch watch_{clock_};
  const core::GatewayId gateway_ = make_id();
};

TEST_F(GatewayWatchTest, AReceiptNamesWhatEachGatewayHasApplied) {
  watch_.enter(gateway_, "edge");
  const Time changed_at = clock_.now();
  clock_.pass(milliseconds{3});
  watch_.report(gateway_, {7});
  clock_.pass(milliseconds{40});
  watch_.report(gateway_, {7});
  const Receipt receipt =
      watch_.wait_applied({6}, changed_at, std::chrono::steady_clock::now() + seconds{5});
  EXPECT_EQ(receipt.version, core::Version{6});
  ASSERT_EQ(receipt.gateways.size(), 1U);
  EXPECT_EQ(receipt.gateways[0].name, "edge");
  EXPECT_EQ(receipt.gateways[0].reach, Reach::kApplied);
  EXPECT_EQ(receipt.gateways[0].after, milliseconds{3}) << "since it first said so";
}

TEST_F(GatewayWatchTest, AReceiptWaitsForEveryLiveGateway) {
  const core::GatewayId other = make_id();
  watch_.enter(gateway_, "a");
  watch_.enter(other, "b");
  watch_.report(gateway_, {2});
  auto receipt = std::async(std::launch::async, [&] { return wait(2, seconds{30}); });
  EXPECT_EQ(receipt.wait_for(milliseconds{50}), std::future_status::timeout);
  watch_.report(other, {1});
  EXPECT_EQ(receipt.wait_for(milliseconds{50}), std::future_status::timeout);
  watch_.report(other, {2});
  for (const ReceiptLine& line : receipt.get().gateways) EXPECT_EQ(line.reach, Reach::kApplied);
}

TEST_F(GatewayWatchTest, AGatewayThatHasSaidNothingYetIsWaitedFor) {
  watch_.enter(gateway_, "new");
  EXPECT_TRUE(watch_.has_live());
  EXPECT_EQ(wait(1).gateways.at(0).reach, Reach::kSilent);
}

TEST_F(GatewayWatchTest, ASilentGatewayIsNamedAndNotWaitedFor) {
  watch_.enter(gateway_, "gone");
  watch_.report(gateway_, {1});
  clock_.pass(kGatewayLease);
  EXPECT_TRUE(watch_.has_live());
  clock_.pass(Microseconds{1});
  EXPECT_FALSE(watch_.has_live());
  const auto began = std::chrono::steady_clock::now();
  const Receipt receipt = wait(2, seconds{30});
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds{10});
  ASSERT_EQ(receipt.gateways.size(), 1U);
  EXPECT_EQ(receipt.gateways[0].reach, Reach::kSilent);
  watch_.report(gateway_, {2});
  EXPECT_TRUE(watch_.has_live());
  EXPECT_EQ(wait(2).gateways.at(0).reach, Reach::kApplied);
}

TEST_F(GatewayWatchTest, NobodyElsesReportCounts) {
  watch_.report(gateway_, {9});
  EXPECT_FALSE(watch_.progress(gateway_));
  EXPECT_FALSE(watch_.has_live());
  EXPECT_TRUE(wait(1).gateways.empty());
}

TEST_F(GatewayWatchTest, AClockSetBackMakesNoNegativeSpan) {
  watch_.enter(gateway_, "edge");
  const Time changed_at = clock_.now();
  clock_.pass(seconds{-1});
  watch_.report(gateway_, {1});
  const Receipt receipt = watch_.wait_applied({1}, changed_at, std::chrono::steady_clock::now());
  EXPECT_EQ(receipt.gateways.at(0).after, Microseconds{0});
}

}  // namespace
}  // namespace claviger::service
