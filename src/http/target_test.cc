#include "target.h"

#include <gtest/gtest.h>

namespace claviger::http {
namespace {

TEST(Target, PathStaysAsSentAndQueryIsDecoded) {
  const auto target = parse_target("/v1/keys/%C3%A4?name=two+words&x=%26&flag&empty=");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/v1/keys/%C3%A4");
  EXPECT_EQ(target->query.one("name")->value(), "two words");
  EXPECT_EQ(target->query.one("x")->value(), "&");
  EXPECT_EQ(target->query.one("flag")->value(), "");
  EXPECT_EQ(target->query.one("empty")->value(), "");
  EXPECT_FALSE(target->query.one("absent")->has_value());
  EXPECT_EQ(target->query.size(), 4U);
}

TEST(Target, RootAndTrailingSlashAreCanonical) {
  for (const char* text : {"/", "/a/", "/a?", "/a;b", "/a%25"})
    EXPECT_TRUE(parse_target(text).has_value()) << text;
}

TEST(Target, WhatCouldBeReadInTwoWaysIsMalformed) {
  for (const char* text :
       {"",       "a",      "*",     "//",    "/a//b", "/./a",   "/a/..", "/a/%2E", "/a%2Fb",
        "/a%5cb", "/a%0ab", "/a%7f", "/a%41", "/a%",   "/a%4",   "/a%zz", "/%ff",   "/a b",
        "/a\"b",  "/<a>",   "/a|b",  "/a#b",  "/a\\b", "/?a\\b", "/?a#b"}) {
    const auto target = parse_target(text);
    ASSERT_FALSE(target.has_value()) << text;
    EXPECT_EQ(target.error().code(), ErrorCode::kMalformedRequest) << text;
  }
}

TEST(Parameters, ParameterThatStandsTwiceIsNoticed) {
  const auto parameters = Parameters::parse("a=1&b=2&a=1");
  ASSERT_TRUE(parameters.has_value());
  EXPECT_EQ(parameters->one("a").error().code(), ErrorCode::kMalformedRequest);
  EXPECT_EQ(parameters->one("b")->value(), "2");
  EXPECT_EQ(parameters->count("a"), 2U);
}

TEST(Parameters, BrokenTextIsMalformed) {
  for (const char* text : {"a=%", "a=%0", "a=%gg", "%ff=1", "a=%00", "a=%0a", "a=%ed%a0%80"})
    EXPECT_FALSE(Parameters::parse(text).has_value()) << text;
}

TEST(Parameters, TheirNumberIsBounded) {
  std::string text;
  for (std::size_t i = 0; i < Parameters::kMostParameters; ++i) text += "a&";
  EXPECT_EQ(Parameters::parse(text)->size(), Parameters::kMostParameters);
  EXPECT_FALSE(Parameters::parse(text + "a").has_value());
}

}  // namespace
}  // namespace claviger::http
