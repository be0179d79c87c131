#include "claviger/http/headers.h"

#include <gtest/gtest.h>

namespace claviger::http {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
  const Headers headers{{"If-Match", "\"1\""}};
  EXPECT_EQ(headers.one("if-match")->value(), "\"1\"");
  EXPECT_TRUE(headers.has("IF-MATCH"));
  EXPECT_FALSE(headers.has("If-Matc"));
  EXPECT_FALSE(headers.one("If-None-Match")->has_value());
}

TEST(Headers, FieldThatStandsTwiceHasNoValue) {
  Headers headers{{"Authorization", "Bearer a"}};
  headers.add({"authorization", "Bearer b"});
  EXPECT_EQ(headers.one("Authorization").error().code(), ErrorCode::kMalformedRequest);
  EXPECT_EQ(headers.count("Authorization"), 2U);
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers{{"Vary", "a"}, {"vary", "b"}, {"ETag", "c"}};
  headers.set({"Vary", "d"});
  EXPECT_EQ(headers.one("Vary")->value(), "d");
  EXPECT_EQ(headers.size(), 2U);
}

}  // namespace
}  // namespace claviger::http
