#include "claviger/service/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::service {
namespace {

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

RatePolicy ten_a_minute() {
  return {.name = "test", .quota = 10, .window = std::chrono::minutes{1}, .refusal = "Too often."};
}

int how_many(RateLimiter& limiter, const std::string& key, Time now, int tries = 100) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += limiter.take(key, now) ? 1 : 0;
  return taken;
}

TEST(RateLimiter, SoManyPassInAWindowAndOneMoreAfterEachStep) {
  RateLimiter limiter(ten_a_minute());
  EXPECT_EQ(how_many(limiter, "a", kNow), 10);
  EXPECT_EQ(how_many(limiter, "a", kNow + std::chrono::seconds{5}), 0);
  EXPECT_EQ(how_many(limiter, "a", kNow + std::chrono::seconds{6}), 1);
  EXPECT_EQ(how_many(limiter, "a", kNow + std::chrono::minutes{10}), 10);
}

TEST(RateLimiter, ARefusalSaysWhenToComeAgain) {
  RateLimiter limiter(ten_a_minute());
  how_many(limiter, "a", kNow, 10);
  const auto refused = limiter.take("a", kNow + std::chrono::seconds{2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kTooManyRequests);
  EXPECT_EQ(refused.error().rate_limit()->retry_after, std::chrono::seconds{4});
  EXPECT_EQ(refused.error().rate_limit()->window, std::chrono::seconds{60});
}

TEST(RateLimiter, WhatIsGivenBackWasNeverTaken) {
  RateLimiter limiter(ten_a_minute());
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(limiter.take("a", kNow));
    limiter.give_back("a");
  }
  EXPECT_EQ(how_many(limiter, "a", kNow), 10);
}

TEST(RateLimiter, M08_AFloodOfOthersTakesNobodysCell) {
  RateLimiter limiter(ten_a_minute(), 100);
  EXPECT_EQ(how_many(limiter, "victim", kNow), 10);
  for (int i = 0; i < 1000; ++i)
    static_cast<void>(limiter.take("flood " + std::to_string(i), kNow));
  EXPECT_EQ(how_many(limiter, "victim", kNow), 0) << "still counted";
  EXPECT_EQ(how_many(limiter, "another", kNow + std::chrono::minutes{2}), 10)
      << "and there is room again once they are done";
}

TEST(RateLimiter, M08_WhoSharesACellGivesBackToIt) {
  RateLimiter limiter(ten_a_minute(), 100);
  for (int i = 0; i < 100; ++i) static_cast<void>(limiter.take("flood " + std::to_string(i), kNow));
  for (int i = 0; i < 50; ++i) {
    const std::string owner = "owner " + std::to_string(i);
    EXPECT_TRUE(limiter.take(owner, kNow)) << i;
    limiter.give_back(owner);
  }
}

TEST(RateLimiter, WithoutAQuotaAllPass) {
  RateLimiter limiter(
      {.name = "none", .quota = 0, .window = std::chrono::minutes{1}, .refusal = ""});
  EXPECT_EQ(how_many(limiter, "a", kNow), 100);
}

}  // namespace
}  // namespace claviger::service
