#include "list_query.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<std::string_view, 5> kProperties = {"id", "name", "scopes", "big",
                                                         "profile.email"};

std::vector<json> items() {
  return {{{"id", 1}, {"name", "gw-10"}, {"scopes", {"rest"}}, {"big", 11217524525076510964U}},
          {{"id", 2}, {"name", "gw-9"}, {"scopes", {"rest", "ui"}}, {"big", 12U}},
          {{"id", 3},
           {"name", "Alpha"},
           {"scopes", json::array()},
           {"big", 11217524525076510965U},
           {"profile", {{"email", "a@b"}}}}};
}

/// The answer to a query.
struct Answered {
  bool is_refused = false;
  json body;

  [[nodiscard]] std::vector<int> ids() const {
    std::vector<int> ids;
    for (const json& item : body["data"]) ids.push_back(item["id"]);
    return ids;
  }
};

Answered ask(const std::string& name, const std::string& value, const std::string& others = "") {
  std::string text = name + '=';
  for (const char c : value) text += c == '\n' ? ' ' : c;
  const auto parameters = http::Parameters::parse(text + others);
  EXPECT_TRUE(parameters.has_value());
  http::QueryReader reader(*parameters);
  const ListQuery query = read_list_query(reader, kProperties, Pages::kYes);
  if (!reader.finish()) return {.is_refused = true, .body = {}};
  return {.is_refused = false, .body = json::parse(answer_list(query, items()).body)};
}

std::vector<int> filtered(const std::string& filter) {
  const Answered answered = ask("filter", filter);
  EXPECT_FALSE(answered.is_refused) << filter;
  return answered.is_refused ? std::vector<int>() : answered.ids();
}

TEST(ListQuery, AnArrayOfConditionsMeansAllOfThem) {
  EXPECT_THAT(filtered("[]"), ElementsAre(1, 2, 3));
  EXPECT_THAT(filtered(R"([{"property":"name","operation":"equals","value":"gw-9"}])"),
              ElementsAre(2));
  EXPECT_THAT(filtered(R"([{"property":"name","operation":"contains","value":"gw"},
                           {"property":"id","operation":"greaterThan","value":1,"items":null}])"),
              ElementsAre(2));
}

TEST(ListQuery, SingleQuotesAndCommasTooManyAreUnderstood) {
  EXPECT_THAT(filtered("[{'property':'name','operation':'notEquals','collation':'ignorecase',"
                       "'value':'ALPHA',},]"),
              ElementsAre(1, 2));
}

TEST(ListQuery, EachOperationSaysWhatItsNameSays) {
  const auto by = [](const std::string& property, const std::string& operation,
                     const std::string& value) {
    return filtered("[{'property':'" + property + "','operation':'" + operation +
                    "','value':" + value + "}]");
  };
  EXPECT_THAT(by("id", "in", "[1,3]"), ElementsAre(1, 3));
  EXPECT_THAT(by("scopes", "contains", "'ui'"), ElementsAre(2));
  EXPECT_THAT(by("scopes", "subset", "['rest']"), ElementsAre(1, 3));
  EXPECT_THAT(by("scopes", "superset", "['rest','ui']"), ElementsAre(2));
  EXPECT_THAT(by("id", "lessThan", "2"), ElementsAre(1));
  EXPECT_THAT(by("id", "lessThanOrEqual", "2"), ElementsAre(1, 2));
  EXPECT_THAT(by("id", "greaterThanOrEqual", "2"), ElementsAre(2, 3));
  EXPECT_THAT(by("profile.email", "equals", "'a@b'"), ElementsAre(3));
  EXPECT_THAT(by("profile.email", "equals", "null"), ElementsAre(1, 2));
  EXPECT_THAT(by("name", "lessThan", "7"), IsEmpty()) << "a text and a number do not compare";
}

TEST(ListQuery, NumbersOf64BitsAreExact) {
  EXPECT_THAT(filtered("[{'property':'big','operation':'equals','value':11217524525076510964}]"),
              ElementsAre(1));
  EXPECT_THAT(ask("sort", "[{'property':'big','direction':'descending'}]").ids(),
              ElementsAre(3, 1, 2));
  EXPECT_EQ(ask("filter", "[]").body["data"][0]["big"].dump(), "11217524525076510964");
}

TEST(ListQuery, LogicalOperationsNest) {
  const std::string one = "{'property':'id','operation':'equals','value':1}";
  const std::string gateways = "{'property':'name','operation':'contains','value':'gw'}";
  const auto logical = [&](const std::string& operation) {
    return filtered("[{'operation':'" + operation + "','items':[" + one + "," + gateways + "]}]");
  };
  EXPECT_THAT(logical("or"), ElementsAre(1, 2));
  EXPECT_THAT(logical("and"), ElementsAre(1));
  EXPECT_THAT(logical("exclusiveOr"), ElementsAre(2));
  EXPECT_THAT(logical("not"), ElementsAre(2, 3));
}

TEST(ListQuery, OrderFollowsTheCollation) {
  EXPECT_THAT(ask("sort", "[{'property':'name'}]").ids(), ElementsAre(3, 1, 2));
  EXPECT_THAT(ask("sort", "[{'property':'name','collation':'lexicographic'}]").ids(),
              ElementsAre(3, 2, 1));
  EXPECT_THAT(ask("sort", "[{'property':'name','direction':'Descending'}]").ids(),
              ElementsAre(2, 1, 3));
}

TEST(ListQuery, APageSaysWhereItStands) {
  const Answered answered = ask("limit", "1", "&offset=2");
  EXPECT_THAT(answered.ids(), ElementsAre(3));
  EXPECT_EQ(answered.body["meta"]["pagingInfo"], (json{{"total", 3}, {"count", 1}, {"offset", 2}}));
  EXPECT_THAT(ask("offset", "9").ids(), IsEmpty());
}

TEST(ListQuery, OnlyWhatIsSelectedIsShown) {
  EXPECT_EQ(ask("select", "['id','profile.email']").body["data"][2],
            (json{{"id", 3}, {"profile", {{"email", "a@b"}}}}));
  EXPECT_EQ(ask("select", "[{'propertyPath':'name'}]").body["data"][0], (json{{"name", "gw-10"}}));
}

TEST(ListQuery, D01_WhatIsNotUnderstoodIsRefused) {
  for (const auto* filter :
       {"{}", "[", "['a']", "[{'property':'name','value':1}]",
        "[{'property':'password','operation':'equals','value':1}]",
        "[{'property':'name','operation':'like','value':1}]", "[{'operation':'or'}]",
        "[{'operation':'or','items':[]}]",
        "[{'property':'name','operation':'equals','collation':'german','value':1}]",
        "[{'property':'name','operation':'equals','value':1,'items':[]}]"})
    EXPECT_TRUE(ask("filter", filter).is_refused) << filter;
  EXPECT_TRUE(ask("filter", "[{'operation':'not','items':" + std::string(40, '[')).is_refused);
  std::string conditions = "[";
  for (int i = 0; i < 51; ++i) conditions += "{'property':'id','operation':'equals','value':1},";
  EXPECT_TRUE(ask("filter", conditions + "]").is_refused);
  std::string values;
  for (int i = 0; i < 101; ++i) values += "1,";
  EXPECT_TRUE(
      ask("filter", "[{'property':'id','operation':'in','value':[" + values + "]}]").is_refused);
  EXPECT_TRUE(ask("sort",
                  "[{'property':'id'},{'property':'id'},{'property':'id'},"
                  "{'property':'id'},{'property':'id'},{'property':'id'}]")
                  .is_refused);
  EXPECT_TRUE(ask("sort", "[{'property':'name','direction':'sideways'}]").is_refused);
  EXPECT_TRUE(ask("sort", "[{}]").is_refused);
  EXPECT_TRUE(ask("select", "['*']").is_refused);
  EXPECT_TRUE(ask("offset", "-1").is_refused);
  EXPECT_TRUE(ask("limit", "501").is_refused);
  EXPECT_TRUE(ask("expand", "[]").is_refused);
}

}  // namespace
}  // namespace claviger::api::veeam
