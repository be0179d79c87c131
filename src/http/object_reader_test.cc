#include "claviger/http/object_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "claviger/http/query_reader.h"
#include "claviger/http/suggestion.h"

namespace claviger::http {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

struct TestKind {
  static constexpr std::string_view kPrefix = "tst";
};

using TestId = Id<TestKind>;

constexpr std::string_view kId = "tst_00000000000000000000000007";

/// "pointer code" of every fault.
template <class Reader>
std::vector<std::string> faults(Reader& reader) {
  const Result<void> result = reader.finish();
  std::vector<std::string> all;
  if (result) return all;
  EXPECT_EQ(result.error().code(), ErrorCode::kInvalidInput);
  for (const Fault& fault : result.error().faults())
    all.push_back(fault.pointer + " " + fault.code);
  return all;
}

TEST(ObjectReader, ReadsWhatIsThere) {
  const json document = {{"name", "a"},
                         {"flag", true},
                         {"count", 7},
                         {"id", kId},
                         {"at", "2026-01-01T00:00:00Z"},
                         {"tags", {"x", "y"}},
                         {"kind", "red"}};
  ObjectReader body(document);
  EXPECT_EQ(body.required_string("name", {}), "a");
  EXPECT_TRUE(body.required_bool("flag"));
  EXPECT_EQ(body.required_integer("count", {.min = 0, .max = 7}), 7);
  EXPECT_EQ(body.required_id<TestId>("id").str(), kId);
  EXPECT_EQ(to_rfc3339(body.required_time("at")), "2026-01-01T00:00:00Z");
  EXPECT_THAT(body.required_strings("tags", {}, {}), ElementsAre("x", "y"));
  EXPECT_EQ(body.required_choice("kind", {"red", "blue"}), "red");
  EXPECT_FALSE(body.optional_string("more", {}).has_value());
  EXPECT_THAT(faults(body), IsEmpty());
}

TEST(ObjectReader, OneAnswerNamesEveryFault) {
  const json document = {{"empty", ""},
                         {"long", "abcd"},
                         {"control", "a\tb"},
                         {"number", "1"},
                         {"range", 11},
                         {"fraction", 1.5},
                         {"huge", 18446744073709551615U},
                         {"id", "key_1"},
                         {"at", "tomorrow"},
                         {"kind", "green"},
                         {"tags", {"x", 1}},
                         {"many", {1, 2}},
                         {"flag", "true"}};
  ObjectReader body(document);
  body.required_string("missing", {});
  body.required_string("empty", {});
  body.required_string("long", {.max_bytes = 3});
  body.optional_string("control", {});
  body.required_integer("number", {});
  body.required_integer("range", {.min = 1, .max = 10});
  body.optional_integer("fraction", {});
  body.optional_integer("huge", {});
  body.optional_id<TestId>("id");
  body.optional_time("at");
  body.optional_choice("kind", {"red", "blue"});
  body.required_strings("tags", {}, {});
  body.optional_array("many", {.max_items = 1});
  body.optional_bool("flag");
  EXPECT_THAT(faults(body),
              ElementsAre("/missing missing", "/empty empty", "/long too-long",
                          "/control control-character", "/number wrong-type", "/range out-of-range",
                          "/fraction wrong-type", "/huge out-of-range", "/id not-an-id",
                          "/at not-a-time", "/kind not-a-choice", "/tags/1 wrong-type",
                          "/many too-many", "/flag wrong-type"));
}

TEST(ObjectReader, AWrongIdIsNamedByItsPlace) {
  const json document = {{"keys", {5, "tst_x", kId, ""}}, {"more", json::array()}};
  ObjectReader body(document);
  EXPECT_THAT(body.required_ids<TestId>("keys", {}), ElementsAre(*TestId::parse(kId)));
  EXPECT_THAT(body.optional_ids<TestId>("more", {}), Optional(IsEmpty()));
  EXPECT_EQ(body.optional_ids<TestId>("others", {}), std::nullopt);
  EXPECT_THAT(faults(body),
              ElementsAre("/keys/0 wrong-type", "/keys/1 not-an-id", "/keys/3 empty"));
}

TEST(ObjectReader, UnknownFieldIsAFaultThatSuggestsTheRightName) {
  const json document = {{"nmae", "a"}, {"a/b", 1}};
  ObjectReader body(document);
  body.optional_string("name", {});
  const Result<void> result = body.finish();
  ASSERT_FALSE(result.has_value());
  ASSERT_EQ(result.error().faults().size(), 2U);
  EXPECT_EQ(result.error().faults()[0].pointer, "/a~1b");
  EXPECT_THAT(result.error().faults()[1].detail.str(), HasSubstr("Did you mean \"name\"?"));
}

TEST(ObjectReader, ObjectsInsideAreHeldToTheSameRules) {
  const json document = {{"grants", {{{"api", "a"}}, {{"apo", "b"}}, 3}}, {"owner", {{"x", 1}}}};
  ObjectReader body(document);
  for (ObjectReader& grant : body.required_objects("grants", {})) grant.required_string("api", {});
  body.required_object("owner");
  EXPECT_THAT(faults(body), ElementsAre("/grants/2 wrong-type", "/grants/1/api missing",
                                        "/grants/1/apo unknown-field", "/owner/x unknown-field"));
}

TEST(ObjectReader, FieldsOfAMissingObjectAreNoFurtherFaults) {
  const json document = json::object();
  ObjectReader body(document);
  ObjectReader owner = body.required_object("owner");
  owner.required_string("name", {});
  EXPECT_THAT(faults(body), ElementsAre("/owner missing"));
}

TEST(ObjectReader, NullIsNoValueUnlessTheFieldTakesIt) {
  const json document = {{"a", nullptr}, {"b", nullptr}};
  ObjectReader body(document);
  EXPECT_TRUE(body.takes_null("b"));
  EXPECT_FALSE(body.takes_null("c"));
  EXPECT_FALSE(body.optional_string("a", {}).has_value());
  EXPECT_FALSE(body.optional_time("b").has_value());
  EXPECT_TRUE(body.has("b"));
  EXPECT_THAT(faults(body), ElementsAre("/a wrong-type"));
}

// "expiresAt": null was once called an unknown field, since nobody asked for more than the null.
TEST(ObjectReader, AFieldThatWasFoundNullIsKnown) {
  const json document = {{"expiresAt", nullptr}};
  ObjectReader body(document);
  EXPECT_TRUE(body.takes_null("expiresAt"));
  EXPECT_TRUE(body.finish().has_value());
}

TEST(ObjectReader, TextOfManyLinesMayHoldLineBreaksAlone) {
  const json document = {{"a", "x\ny\tz\r\n"}, {"b", "x\x1By"}};
  ObjectReader body(document);
  body.required_string("a", {.lines = Lines::kMany});
  body.required_string("b", {.lines = Lines::kMany});
  EXPECT_THAT(faults(body), ElementsAre("/b control-character"));
}

TEST(ObjectReader, WhatIsNoObjectIsOneFault) {
  const json document = json::array({1});
  ObjectReader body(document);
  body.required_string("name", {});
  EXPECT_THAT(faults(body), ElementsAre(" wrong-type"));
}

TEST(ObjectReader, TheNumberOfFaultsIsBounded) {
  json document;
  for (int i = 0; i < 1000; ++i) document["field" + std::to_string(i)] = i;
  ObjectReader body(document);
  EXPECT_EQ(faults(body).size(), 100U);
}

TEST(QueryReader, ReadsWhatIsThere) {
  const Parameters parameters =
      *Parameters::parse("limit=25&dryRun=true&status=active&id=" + std::string(kId) +
                         "&since=2026-01-01T00:00:00Z&t=a&t=b");
  QueryReader query(parameters);
  EXPECT_EQ(query.optional_integer("limit", {.min = 1, .max = 100}), 25);
  EXPECT_EQ(query.optional_bool("dryRun"), true);
  EXPECT_EQ(query.optional_choice("status", {"active"}), "active");
  EXPECT_TRUE(query.optional_id<TestId>("id").has_value());
  EXPECT_TRUE(query.optional_time("since").has_value());
  EXPECT_THAT(query.all_strings("t", {}), ElementsAre("a", "b"));
  EXPECT_THAT(faults(query), IsEmpty());
}

TEST(QueryReader, OneAnswerNamesEveryFault) {
  const Parameters parameters =
      *Parameters::parse("limit=1x&dryRun=yes&dup=1&dup=2&empty=&long=abcd&limt=1");
  QueryReader query(parameters);
  query.optional_integer("limit", {});
  query.optional_bool("dryRun");
  query.optional_string("dup", {});
  query.optional_string("empty", {});
  query.optional_string("long", {.max_bytes = 3});
  query.required_string("name", {});
  EXPECT_THAT(faults(query), ElementsAre("limit out-of-range", "dryRun not-a-choice",
                                         "dup duplicate-parameter", "empty empty", "long too-long",
                                         "name missing", "limt unknown-parameter"));
}

TEST(Suggestion, OnlyNearWordsAreSuggested) {
  const std::vector<std::string> words = {"expiresAt", "expiresIn", "name"};
  EXPECT_EQ(nearest_word("expiresat", words), "expiresAt");
  EXPECT_EQ(nearest_word("expiersIn", words), "expiresIn");
  EXPECT_EQ(nearest_word("nane", words), "name");
  EXPECT_EQ(nearest_word("game", words), "name");
  EXPECT_EQ(nearest_word("scopes", words), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100'000, 'x'), words), std::nullopt);
}

}  // namespace
}  // namespace claviger::http
