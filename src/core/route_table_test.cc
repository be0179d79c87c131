#include "claviger/core/route_table.h"

#include <cstring>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

using Outcome = RouteMatch::Outcome;

constexpr MethodSet kGet = MethodSet().with(Method::kGet);
constexpr MethodSet kPost = MethodSet().with(Method::kPost);

/// Routes that answer GET, numbered from 1 in the order of their templates.
std::vector<RouteSpec> get_routes(const std::vector<std::string>& templates) {
  std::vector<RouteSpec> routes;
  for (const std::string& path : templates)
    routes.push_back(
        {EndpointNumber{static_cast<std::uint32_t>(routes.size() + 1)}, kGet, path, {}});
  return routes;
}

/// A compiled table together with the bytes that it reads.
class Table {
 public:
  explicit Table(std::vector<RouteSpec> routes, std::string base_path = "",
                 std::vector<std::string> scopes = {})
      : bytes_(RouteTable::encode({std::move(base_path), std::move(scopes), std::move(routes)})
                   .value()) {}

  [[nodiscard]] RouteTable table() const { return RouteTable(bytes_); }

  [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

  /// The number of the endpoint that answers; 0 if none does.
  [[nodiscard]] std::uint32_t get(std::string_view path) const {
    const RouteMatch match = table().match(Method::kGet, path);
    EXPECT_NE(match.outcome, Outcome::kUnreadable);
    return match.outcome == Outcome::kMatched ? static_cast<std::uint32_t>(match.endpoint) : 0;
  }

 private:
  std::vector<std::byte> bytes_;
};

std::string refusal_of(const RouteTableSpec& spec) {
  const auto bytes = RouteTable::encode(spec);
  return bytes ? "" : bytes.error().public_text().str();
}

TEST(RouteTable, LiteralsMatchByteForByteAndParametersOneSegment) {
  const Table table(get_routes({"/", "/devices", "/devices/{id}", "/devices/{id}/events"}));
  EXPECT_EQ(table.get("/"), 1U);
  EXPECT_EQ(table.get("/devices"), 2U);
  EXPECT_EQ(table.get("/devices/42"), 3U);
  EXPECT_EQ(table.get("/devices/42/events"), 4U);
  for (const std::string_view path : {"/Devices", "/device", "/devicess", "/devices/42/event",
                                      "/devices/42/events/1", "/devices//events", "/x", ""})
    EXPECT_EQ(table.get(path), 0U) << path;
}

TEST(RouteTable, N13_PatternCharactersInAPathAreOrdinary) {
  const Table table(get_routes({"/admin", "/a.c", "/files/*", "/x+", "/{id}/(y)"}));
  for (const std::string_view path : {"/administrator", "/admin/x", "/abc", "/files/x", "/files/",
                                      "/x", "/xx", "/1/y", "/*", "/adm*"})
    EXPECT_EQ(table.get(path), 0U) << path;
  EXPECT_EQ(table.get("/files/*"), 3U);
}

TEST(RouteTable, TheLiteralInTheEarliestPlaceWins) {
  const Table table(
      get_routes({"/{a}/{b}/{c}", "/{a}/x/y", "/one/{b}/{c}", "/one/{b}/y", "/{a}/x/{c}"}));
  EXPECT_EQ(table.get("/one/x/y"), 4U);
  EXPECT_EQ(table.get("/one/x/z"), 3U);
  EXPECT_EQ(table.get("/two/x/y"), 2U);
  EXPECT_EQ(table.get("/two/x/z"), 5U);
  EXPECT_EQ(table.get("/two/v/z"), 1U);
}

TEST(RouteTable, ALiteralThatLeadsNowhereGivesWayToAParameter) {
  const Table table(get_routes({"/devices/latest/summary", "/devices/{id}"}));
  EXPECT_EQ(table.get("/devices/latest"), 2U);
  EXPECT_EQ(table.get("/devices/latest/summary"), 1U);
  EXPECT_EQ(table.get("/devices/latest/other"), 0U);
}

TEST(RouteTable, TheOrderOfTheSpecDecidesNothing) {
  std::vector<RouteSpec> routes =
      get_routes({"/devices/latest", "/devices/{id}", "/{any}/latest", "/{any}/{id}"});
  std::mt19937 engine(1);
  for (int i = 0; i < 24; ++i) {
    std::shuffle(routes.begin(), routes.end(), engine);
    const Table table(routes);
    EXPECT_EQ(table.get("/devices/latest"), 1U);
    EXPECT_EQ(table.get("/devices/1"), 2U);
    EXPECT_EQ(table.get("/meters/latest"), 3U);
    EXPECT_EQ(table.get("/meters/1"), 4U);
  }
}

TEST(RouteTable, AMethodMissingInTheWinningTemplateIsRefusedNotLookedForInAWiderOne) {
  std::vector<RouteSpec> routes = get_routes({"/devices/latest", "/devices/{id}"});
  routes.push_back({EndpointNumber{9}, kPost, "/devices/{id}", {}});
  const Table table(routes);
  EXPECT_EQ(table.table().match(Method::kPost, "/devices/latest").outcome, Outcome::kNoMethod);
  EXPECT_EQ(table.table().match(Method::kPost, "/devices/1").endpoint, EndpointNumber{9});
  EXPECT_EQ(table.table().match(Method::kDelete, "/devices/1").outcome, Outcome::kNoMethod);
}

TEST(RouteTable, N09_HeadIsAnsweredOnlyWhereItIsListed) {
  const Table table(
      {{EndpointNumber{1}, MethodSet::read_only(), "/a", {}}, {EndpointNumber{2}, kGet, "/b", {}}});
  EXPECT_EQ(table.table().match(Method::kHead, "/a").outcome, Outcome::kMatched);
  EXPECT_EQ(table.table().match(Method::kHead, "/b").outcome, Outcome::kNoMethod);
}

TEST(RouteTable, ATrailingSlashIsAnotherPath) {
  const Table both(get_routes({"/devices", "/devices/"}));
  EXPECT_EQ(both.get("/devices"), 1U);
  EXPECT_EQ(both.get("/devices/"), 2U);
  const Table without(get_routes({"/devices", "/devices/{id}"}));
  EXPECT_EQ(without.get("/devices/"), 0U);  // a parameter takes no empty segment
  const Table with(get_routes({"/devices/"}));
  EXPECT_EQ(with.get("/devices"), 0U);
}

TEST(RouteTable, TheBasePathIsTakenOffWhole) {
  const Table table(get_routes({"/", "/devices", "/v1/devices"}), "/v1");
  EXPECT_EQ(table.get("/v1/"), 1U);
  EXPECT_EQ(table.get("/v1/devices"), 2U);
  EXPECT_EQ(table.get("/v1/v1/devices"), 3U);
  for (const std::string_view path :
       {"/devices", "/v1", "/v11/devices", "/v1devices", "/V1/devices", "/v2/devices", "/", "/v"})
    EXPECT_EQ(table.get(path), 0U) << path;
}

TEST(RouteTable, N12_AParameterDoesNotTakeAnotherSpellingOfALiteral) {
  // "/users/%40me" is "/users/@me" to a server that decodes before it routes, and a user of that
  // name to one that routes first. A key for users must not reach the first through the second.
  const Table table(get_routes({"/users/@me", "/users/{id}", "/caf%C3%A9", "/{any}",
                                "/users/@me/keys", "/users/{id}/keys"}));
  EXPECT_EQ(table.get("/users/@me"), 1U);
  EXPECT_EQ(table.get("/users/dana%40example.com"), 2U);
  EXPECT_EQ(table.get("/users/%40me2"), 2U);
  EXPECT_EQ(table.get("/users/%40me"), 0U);
  EXPECT_EQ(table.get("/users/%40me/keys"), 0U);
  EXPECT_EQ(table.get("/users/%40you/keys"), 6U);
  EXPECT_EQ(table.get("/caf%C3%A9"), 3U);
  EXPECT_EQ(table.get("/caf%c3%a9"), 0U);
  EXPECT_EQ(table.get("/caf%C3%A8"), 4U);
}

TEST(RouteTable, PathsAreMatchedDownToTheDepthLimit) {
  std::string deepest;
  for (std::size_t i = 0; i < kMaxPathSegments; ++i) deepest += "/a";
  const Table table(get_routes({deepest, "/{x}"}));
  EXPECT_EQ(table.get(deepest), 1U);
  EXPECT_NE(table.table().match(Method::kGet, deepest + "/a").outcome, Outcome::kMatched);
  EXPECT_THAT(refusal_of({"", {}, get_routes({deepest + "/a"})}),
              testing::HasSubstr("64 segments"));
}

TEST(RouteTable, TwoThousandEndpointsAreEachFound) {
  std::vector<std::string> templates;
  for (int i = 0; i < 500; ++i) {
    const std::string noun = "/noun" + std::to_string(i);
    templates.insert(templates.end(),
                     {noun, noun + "/{id}", noun + "/{id}/parts", noun + "/{id}/parts/{part}"});
  }
  const Table table(get_routes(templates));
  for (std::size_t i = 0; i < templates.size(); ++i) {
    std::string path = templates[i];
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') + 1 - at, "id" + std::to_string(i));
    EXPECT_EQ(table.get(path), i + 1) << path;
  }
  EXPECT_EQ(table.get("/noun500"), 0U);
}

TEST(RouteTable, ScopesComeBackByNumberAndEachEndpointHasItsOwn) {
  ScopeSet needed;
  needed.add(1);
  std::vector<std::string> names(kMaxScopesPerApi);
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = "scope:" + std::to_string(i);
  const Table table({{EndpointNumber{1}, kGet, "/a", needed}, {EndpointNumber{2}, kPost, "/a", {}}},
                    "", names);
  EXPECT_EQ(table.table().match(Method::kGet, "/a").scopes, needed);
  EXPECT_EQ(table.table().match(Method::kPost, "/a").scopes, ScopeSet{});
  ASSERT_EQ(table.table().scope_count(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(table.table().scope_name(i), names[i]);
  EXPECT_EQ(table.table().scope_name(names.size()), "");
  names.emplace_back("one:more");
  EXPECT_THAT(refusal_of({"", names, {}}), testing::HasSubstr("at most 128"));
}

TEST(RouteTable, WhatIsNoTemplateIsRefusedWithTheReason) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"", "slash"},
                                                                  {"devices", "slash"},
                                                                  {"/a{id}", "whole segment"},
                                                                  {"/{id}.json", "whole segment"},
                                                                  {"/{}", "whole segment"},
                                                                  {"/{a{b}}", "whole segment"},
                                                                  {"/{", "whole segment"},
                                                                  {"/}", "whole segment"},
                                                                  {"/a?b=c", "query"},
                                                                  {"//a", "canonical"},
                                                                  {"/a//b", "canonical"},
                                                                  {"/..", "canonical"},
                                                                  {"/./a", "canonical"},
                                                                  {"/a;b", "canonical"},
                                                                  {"/a#b", "canonical"},
                                                                  {"/a b", "canonical"},
                                                                  {"/%2e", "escape"},
                                                                  {"/%2F", "canonical"},
                                                                  {"/%4", "canonical"},
                                                                  {"/caf%c3%a9", "capitals"},
                                                                  {"/%40me", "escape"},
                                                                  {"/\xC3\xA9", "canonical"}};
  for (const auto& [path, reason] : cases) {
    EXPECT_FALSE(check_path_template(path).ok) << path;
    EXPECT_THAT(check_path_template(path).why, testing::HasSubstr(reason)) << path;
    EXPECT_THAT(refusal_of({"", {}, get_routes({path})}), testing::HasSubstr(reason)) << path;
  }
  for (const std::string_view path : {"/", "/a/", "/{id}", "/{id}/", "/caf%C3%A9/{a b}", "/@me"})
    EXPECT_TRUE(check_path_template(path).ok) << path;
}

TEST(RouteTable, TwoEndpointsOfOneShapeMayNotShareAMethod) {
  RouteTableSpec spec{"", {}, get_routes({"/devices/{id}", "/devices/{name}"})};
  EXPECT_THAT(refusal_of(spec), testing::HasSubstr("same method"));
  spec.routes[1].methods = kPost;
  EXPECT_EQ(refusal_of(spec), "");
}

TEST(RouteTable, ShapeIsTheTemplateWithoutItsNames) {
  EXPECT_EQ(path_template_shape("/devices/{id}/events/{event}"), "/devices/{}/events/{}");
  EXPECT_EQ(path_template_shape("/devices/"), "/devices/");
  EXPECT_EQ(path_template_shape("/"), "/");
  EXPECT_NE(path_template_shape("/{a}/b"), path_template_shape("/b/{a}"));
}

TEST(RouteTable, NoTableAndNoWholeTableAreUnreadable) {
  EXPECT_EQ(RouteTable().match(Method::kGet, "/").outcome, Outcome::kUnreadable);
  EXPECT_EQ(RouteMatch{}.outcome, Outcome::kUnreadable);
  Table table(get_routes({"/devices/{id}"}), "/v1", {"read"});
  const std::vector<std::byte> whole = table.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(RouteTable(cut).match(Method::kGet, "/v1/devices/1").outcome, Outcome::kUnreadable);
    EXPECT_EQ(RouteTable(cut).scope_count(), 0U);
  }
}

TEST(RouteTable, DamagedBytesAreReadWithoutLeavingThem) {
  // What they say then is anything; a sanitizer tells if a read went astray.
  Table table(get_routes({"/devices/{id}", "/devices/latest", "/{any}/{id}/parts"}), "", {"read"});
  const std::vector<std::byte> whole = table.bytes();
  std::mt19937 engine(1);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> damaged = whole;
    const int places = 1 + static_cast<int>(engine() % 4);
    for (int place = 0; place < places; ++place) {
      const std::size_t at = 8 + engine() % (damaged.size() - 8);
      damaged[at] = engine() % 2 == 0 ? std::byte{0xFF} : static_cast<std::byte>(engine());
    }
    const RouteTable reader(damaged);
    for (const std::string_view path : {"/devices/1", "/devices/latest", "/a/b/parts", "/"})
      (void)reader.match(Method::kGet, path);
    for (std::size_t scope = 0; scope < reader.scope_count(); ++scope)
      (void)reader.scope_name(scope);
  }
}

TEST(RouteTable, ATableThatLoopsEnds) {
  Table table(get_routes({"/a/{b}", "/{a}/b"}));
  std::vector<std::byte>& bytes = table.bytes();
  // Every node's parameter and literal child lead back to the root.
  std::array<std::uint32_t, 10> head{};
  std::memcpy(head.data(), bytes.data(), sizeof(head));
  const std::uint32_t nodes = (head[3] - head[2]) / 20;
  const std::uint32_t children = (head[4] - head[3]) / 12;
  const std::uint32_t one = 1;
  for (std::uint32_t node = 0; node < nodes; ++node)
    std::memcpy(bytes.data() + head[2] + node * 20 + 8, &one, sizeof(one));
  for (std::uint32_t child = 0; child < children; ++child)
    std::memcpy(bytes.data() + head[3] + child * 12 + 8, &one, sizeof(one));
  std::string path;
  for (std::size_t i = 0; i < kMaxPathSegments; ++i) path += "/b";
  EXPECT_NE(table.table().match(Method::kGet, path).outcome, Outcome::kMatched);
}

}  // namespace
}  // namespace claviger::core
