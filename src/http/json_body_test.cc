#include "claviger/http/json_body.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::http {
namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

/// The place that the error names, or "none".
std::string place_of_error(std::string_view text) {
  const auto value = parse_json(text);
  if (value) return "no error";
  EXPECT_EQ(value.error().code(), ErrorCode::kMalformedRequest);
  return value.error().faults().empty() ? "none" : value.error().faults().front().pointer;
}

TEST(JsonBody, ValuesAreBuiltAsTheyStand) {
  constexpr std::string_view kText =
      R"({"a":[1,-2,3.5,{"b":null}],"c":"ü\u00e4\ud83d\ude00","d":true,"":{},"e":1e3})";
  EXPECT_EQ(*parse_json(kText), nlohmann::json::parse(kText));
  EXPECT_EQ(*parse_json(" 7 "), 7);
}

TEST(JsonBody, WhatIsNoJsonIsRefused) {
  for (std::string_view text :
       {"", " ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "01", "+1", ".5", "1.", "NaN", "Infinity",
        "nul", "\"a", "\"\n\"", "\"\\x\"", "// a\n1", "/* */1", "\xEF\xBB\xBF{}"})
    EXPECT_EQ(place_of_error(text), "none") << text;
}

TEST(JsonBody, TrailingDataIsRefused) {
  for (std::string_view text : {"{} {}", "1 2", "[]]", "{}x"})
    EXPECT_EQ(place_of_error(text), "none") << text;
  EXPECT_EQ(place_of_error(std::string_view("{}\0", 3)), "none");
}

TEST(JsonBody, TextThatIsNotUtf8IsRefused) {
  for (std::string_view text :
       {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\\ud800\"", "{\"\xFF\":1}"})
    EXPECT_EQ(place_of_error(text), "none") << text;
}

TEST(JsonBody, NameThatStandsTwiceIsRefusedWithItsPlace) {
  EXPECT_EQ(place_of_error(R"({"a":1,"a":2})"), "/a");
  EXPECT_EQ(place_of_error(R"({"x":[0,{"a/b":1,"a\u002fb":2}]})"), "/x/1/a~1b");
  EXPECT_EQ(place_of_error(R"({"a":{"a":1},"b":{"a":1}})"), "no error");
}

TEST(JsonBody, DepthIsBounded) {
  EXPECT_EQ(place_of_error(nested(kMostJsonDepth)), "no error");
  EXPECT_NE(place_of_error(nested(kMostJsonDepth + 1)), "no error");
  EXPECT_NE(place_of_error(std::string(1'000'000, '[')), "no error");
}

TEST(JsonBody, NumberThatWouldNotBeHeldIsRefused) {
  EXPECT_EQ(*parse_json("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(*parse_json("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(place_of_error(R"({"a":[1,18446744073709551616]})"), "/a/1");
  EXPECT_EQ(place_of_error(R"({"a":-9223372036854775809})"), "/a");
  EXPECT_EQ(place_of_error(R"([1e400])"), "/0");
  EXPECT_EQ(place_of_error("1" + std::string(5000, '0')), "");
}

TEST(JsonBody, SyntaxErrorTellsItsLine) {
  const auto value = parse_json("{\n  \"a\": 1\n  \"b\": 2\n}");
  ASSERT_FALSE(value.has_value());
  EXPECT_NE(value.error().public_text().str().find("line 3"), std::string::npos)
      << value.error().public_text().str();
}

}  // namespace
}  // namespace claviger::http
