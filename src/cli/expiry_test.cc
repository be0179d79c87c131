#include "expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::cli {
namespace {

const Time kNow = *parse_rfc3339("2026-11-22T18:00:00Z");

TEST(Expiry, ASpanIsHandedOnInTheNotationOfTheApi) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"30d", "30d"}, {"12h", "12h"},      {"90min", "90min"}, {"6mo", "6m"},
      {"1y", "1y"},   {"1y 6mo", "1y 6m"}, {"1y6mo", "1y6m"},  {"P30D", "P30D"},
      {"P1M", "P1M"}, {"PT90M", "PT90M"},  {" 30d ", "30d"}};
  for (const auto& [text, expected] : cases) {
    const auto expiry = parse_expiry(text, kNow);
    ASSERT_TRUE(expiry.has_value()) << text;
    ASSERT_TRUE(std::holds_alternative<Span>(*expiry)) << text;
    EXPECT_EQ(std::get<Span>(*expiry).text, expected);
  }
}

TEST(Expiry, MAloneIsAskedAbout) {
  for (const std::string text : {"6m", "1y 6m", "m"}) {
    const auto expiry = parse_expiry(text, kNow);
    ASSERT_FALSE(expiry.has_value()) << text;
    EXPECT_THAT(expiry.error().public_text().str(), testing::HasSubstr("Months or minutes?"));
  }
}

TEST(Expiry, ADateCountsToItsEnd) {
  EXPECT_EQ(std::get<Time>(*parse_expiry("2026-12-31", kNow)),
            *parse_rfc3339("2027-01-01T00:00:00Z"));
  EXPECT_EQ(std::get<Time>(*parse_expiry("2026-11-22", kNow)),
            *parse_rfc3339("2026-11-23T00:00:00Z"));
}

TEST(Expiry, AMomentIsItself) {
  EXPECT_EQ(std::get<Time>(*parse_expiry("2026-12-31T12:00:00+01:00", kNow)),
            *parse_rfc3339("2026-12-31T11:00:00Z"));
}

TEST(Expiry, NeverHasTwoWords) {
  EXPECT_TRUE(std::holds_alternative<Never>(*parse_expiry("never", kNow)));
  EXPECT_TRUE(std::holds_alternative<Never>(*parse_expiry("unlimited", kNow)));
}

TEST(Expiry, WhatIsPastOrUnreadableIsRefused) {
  for (const std::string text : {"2026-11-21", "2026-11-22T18:00:00Z", "", "0d", "30", "d30",
                                 "soon", "-1d", "30d 1y", "2026-02-30", "1000y", "2026-12-31T"})
    EXPECT_FALSE(parse_expiry(text, kNow).has_value()) << text;
}

TEST(Moment, ADateIsItsBeginning) {
  EXPECT_EQ(*parse_moment("2026-12-31"), *parse_rfc3339("2026-12-31T00:00:00Z"));
  EXPECT_FALSE(parse_moment("tomorrow").has_value());
}

TEST(Wait, IsASpanOfTheClock) {
  EXPECT_EQ(*parse_wait("5s"), std::chrono::seconds(5));
  EXPECT_EQ(*parse_wait("1min"), std::chrono::minutes(1));
  for (const std::string text : {"5", "5m", "1mo", "", "0s"})
    EXPECT_FALSE(parse_wait(text).has_value()) << text;
}

}  // namespace
}  // namespace claviger::cli
