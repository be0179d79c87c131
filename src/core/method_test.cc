#include "claviger/core/method.h"

#include <array>

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr std::array<Method, 7> kAll = {Method::kGet,    Method::kHead,  Method::kPost,
                                        Method::kPut,    Method::kPatch, Method::kDelete,
                                        Method::kOptions};

TEST(Method, EveryKnownMethodIsReadBackAsItself) {
  for (const Method method : kAll) EXPECT_EQ(parse_method(to_string(method)), method);
}

TEST(Method, N09_OnlyTheExactSpellingOfAKnownMethodIsOne) {
  for (const std::string_view text : {"", "get", "Get", "GET ", " GET", "GETS", "GE", "TRACE",
                                      "CONNECT", "FOO", "HEAD,GET", "DELETE\t",
                                      "\xEF\xBC\xA7"
                                      "ET"})
    EXPECT_FALSE(parse_method(text)) << text;
  EXPECT_FALSE(parse_method(std::string_view("GET\0", 4)));
}

TEST(MethodSet, EmptyIsTheDefaultAndAllowsNothing) {
  for (const Method method : kAll) EXPECT_FALSE(MethodSet().contains(method));
  EXPECT_TRUE(MethodSet().empty());
}

TEST(MethodSet, HoldsWhatWasPutInAndNothingElse) {
  for (const Method put_in : kAll) {
    for (const Method asked : kAll)
      EXPECT_EQ(MethodSet().with(put_in).contains(asked), put_in == asked);
    EXPECT_TRUE(MethodSet::all().contains(put_in));
  }
}

TEST(MethodSet, StrangeBitsAddNoMethod) {
  EXPECT_EQ(MethodSet(0xFFFF), MethodSet::all());
  EXPECT_TRUE(MethodSet(0xFF80).empty());
}

TEST(MethodSet, CoversIsTheSubsetRelation) {
  for (std::uint16_t a = 0; a < 128; ++a) {
    for (std::uint16_t b = 0; b < 128; ++b) {
      EXPECT_EQ(MethodSet(a).covers(MethodSet(b)), (MethodSet(a) & MethodSet(b)) == MethodSet(b));
      EXPECT_TRUE((MethodSet(a) | MethodSet(b)).covers(MethodSet(a)));
    }
  }
}

TEST(MethodSet, ReadOnlyIsGetAndHead) {
  for (const Method method : kAll)
    EXPECT_EQ(MethodSet::read_only().contains(method),
              method == Method::kGet || method == Method::kHead);
}

TEST(MethodSet, N09_GetBringsHeadAndNothingElseDoes) {
  EXPECT_EQ(with_head(MethodSet().with(Method::kGet)), MethodSet::read_only());
  for (const Method method : kAll) {
    if (method == Method::kGet) continue;
    EXPECT_EQ(with_head(MethodSet().with(method)), MethodSet().with(method));
  }
}

}  // namespace
}  // namespace claviger::core
