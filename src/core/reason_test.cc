#include "claviger/core/reason.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

std::vector<Reason> all_reasons() {
  std::vector<Reason> all;
  for (std::uint8_t i = 0; i < kReasonCount; ++i) all.push_back(static_cast<Reason>(i));
  return all;
}

TEST(Reason, TheDefaultIsARefusal) {
  EXPECT_FALSE(is_allowed(Reason{}));
  EXPECT_EQ(http_status(Reason{}), 503);
}

TEST(Reason, OnlyTwoPassTheCallOn) {
  for (const Reason reason : all_reasons()) {
    EXPECT_EQ(is_allowed(reason), reason == Reason::kAllowed || reason == Reason::kPreflight);
    EXPECT_EQ(http_status(reason) == 200, is_allowed(reason)) << to_string(reason);
  }
}

TEST(Reason, EachStepOfTheDecisionHasItsStatus) {
  for (const Reason reason : all_reasons()) {
    int expected = 503;
    if (reason >= Reason::kPathNotCanonical) expected = 400;
    if (reason >= Reason::kCredentialMissing) expected = 401;
    if (reason >= Reason::kApiInactive) expected = 403;
    if (reason >= Reason::kAllowed) expected = 200;
    EXPECT_EQ(http_status(reason), expected) << to_string(reason);
  }
}

TEST(Reason, WordsAreStableInFormAndDistinct) {
  std::set<std::string_view> words;
  for (const Reason reason : all_reasons()) {
    EXPECT_THAT(std::string(to_string(reason)), testing::MatchesRegex("[a-z]+(-[a-z]+)*"));
    EXPECT_TRUE(words.insert(to_string(reason)).second) << to_string(reason);
    EXPECT_THAT(std::string(explain(reason)), testing::EndsWith("."));
  }
}

TEST(Reason, I16_AMissingAndAnUnknownCredentialAreToldAlike) {
  EXPECT_EQ(explain(Reason::kCredentialMissing), explain(Reason::kCredentialUnknown));
  EXPECT_EQ(http_status(Reason::kCredentialMissing), http_status(Reason::kCredentialUnknown));
}

TEST(Reason, ANumberBeyondTheListIsARefusal) {
  const auto beyond = static_cast<Reason>(kReasonCount);
  EXPECT_FALSE(is_allowed(beyond));
  EXPECT_EQ(http_status(beyond), 503);
}

}  // namespace
}  // namespace claviger::core
