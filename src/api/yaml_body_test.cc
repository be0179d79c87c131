#include "yaml_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
  const auto parsed = parse_yaml(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code(), ErrorCode::kMalformedRequest);
  return parsed.error().public_text().str();
}

TEST(YamlBody, IsTheJsonThatItStandsForWithTextForEveryScalar) {
  EXPECT_EQ(parse_yaml("a: {b: [1, yes, null, ~, 'x']}\nc: |\n  two\n  lines\n").value(),
            json::parse(R"({"a":{"b":["1","yes",null,null,"x"]},"c":"two\nlines\n"})"));
  EXPECT_EQ(parse_yaml(R"({"json": ["is", "yaml"]})").value(),
            json::parse(R"({"json":["is","yaml"]})"));
  EXPECT_EQ(parse_yaml("a: &x [1]\nb: *x\n").value(), json::parse(R"({"a":["1"],"b":["1"]})"));
}

TEST(YamlBody, AFaultIsNamedWithItsPlace) {
  EXPECT_THAT(refusal("a: 1\nb: {c: [\n"), HasSubstr("(line "));
  EXPECT_THAT(refusal("a: 1\nb: 2\na: 3\n"), HasSubstr("\"a\" stands twice in one map (line 3, "));
  EXPECT_THAT(refusal("? [a]\n: b\n"), HasSubstr("a name in a map is no text"));
  EXPECT_THAT(refusal("a: \xC3\x28"), HasSubstr("not UTF-8"));
  EXPECT_THAT(refusal("a: *nothing"), HasSubstr("(line 1, "));
}

TEST(YamlBody, AliasesDoNotMultiplyWithoutEnd) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 15; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int item = 1; item < 10; ++item) bomb += ',' + before;
    bomb += "]\n";
  }
  EXPECT_THAT(refusal(bomb), HasSubstr("too many values"));
  EXPECT_NE(refusal("a: &x [*x]\n"), "");
}

TEST(YamlBody, AliasesDoNotMultiplyTextWithoutEnd) {
  const std::string long_text(1024 * 1024, 'x');
  const auto list_of = [](int items) {
    std::string list = "b: [";
    for (int i = 0; i < items; ++i) list += "*a,";
    return list + "]\n";
  };
  EXPECT_EQ(refusal("a: &a " + long_text + "\n" + list_of(14)), "");
  EXPECT_THAT(refusal("a: &a " + long_text + "\n" + list_of(17)), HasSubstr("too much text"));
  EXPECT_THAT(refusal("a: &a {" + long_text.substr(0, 1000) + ": 1}\n" + list_of(17'000)),
              HasSubstr("too much text"))
      << "names count, too";
}

TEST(YamlBody, DepthIsBounded) {
  EXPECT_EQ(refusal(std::string(60, '[') + std::string(60, ']')), "");
  for (const std::size_t depth : {70U, 1000U, 100'000U, 1'000'000U}) {
    EXPECT_NE(refusal(std::string(depth, '[') + std::string(depth, ']')), "") << depth;
    EXPECT_NE(refusal(std::string(depth, '[')), "") << depth;
    EXPECT_NE(refusal(std::string(depth, '{')), "") << depth;
  }
  std::string blocks;
  for (std::size_t level = 0; level < 2000; ++level) blocks += std::string(level, ' ') + "a:\n";
  EXPECT_NE(refusal(blocks), "");
  std::string dashes;
  for (std::size_t level = 0; level < 100'000; ++level) dashes += "- ";
  EXPECT_NE(refusal(dashes), "");
}

}  // namespace
}  // namespace claviger::api
