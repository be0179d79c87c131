#include "claviger/core/api.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// "GET /devices" needs devices:read, "POST /devices" devices:write, "GET /events" both reads.
Api fleet() {
  Api api;
  api.number = ApiNumber{7};
  api.name = "fleet";
  api.base_path = "/v1";
  api.scopes = {"devices:read", "devices:write", "events:read"};
  api.endpoints = {
      {{}, EndpointNumber{1}, Method::kGet, "/devices", "", {"devices:read"}},
      {{}, EndpointNumber{2}, Method::kPost, "/devices", "", {"devices:write"}},
      {{}, EndpointNumber{3}, Method::kGet, "/events", "", {"devices:read", "events:read"}},
      {{}, EndpointNumber{4}, Method::kDelete, "/devices/{id}", "", {}}};
  return api;
}

NamedGrant named(std::vector<std::string> endpoints, std::vector<std::string> methods = {},
                 std::vector<std::string> scopes = {}) {
  return {"fleet", std::move(endpoints), std::move(methods), std::move(scopes)};
}

Grant compiled(const NamedGrant& grant) {
  return compile_grant(grant, fleet(), {}, "").value();
}

Coverage coverage(const Grant& grant, std::uint32_t endpoint, Method method,
                  const std::vector<ScopeNumber>& scopes = {}) {
  Need need{ApiNumber{7}, EndpointNumber{endpoint}, method, {}};
  for (const ScopeNumber scope : scopes) need.scopes.add(scope);
  const std::vector<std::byte> bytes = GrantList::encode(std::vector{grant});
  return GrantList(bytes).cover(need).coverage;
}

std::vector<std::string> pointers(const std::vector<Fault>& faults) {
  std::vector<std::string> pointers;
  for (const Fault& fault : faults) pointers.push_back(fault.pointer);
  return pointers;
}

std::vector<std::string> sentences(const std::vector<Fault>& faults) {
  std::vector<std::string> sentences;
  for (const Fault& fault : faults) sentences.push_back(fault.detail.str());
  return sentences;
}

// ---- names

TEST(ApiName, IsWhatMayStandInAConfiguration) {
  for (const std::string name : {"a", "7", "fleet", "fleet-2", "fleet_v1.2", "a.b"})
    EXPECT_TRUE(is_api_name(name)) << name;
  EXPECT_TRUE(is_api_name(std::string(64, 'a')));
  for (const std::string name :
       {"", "-a", "a-", ".a", "a.", "_a", "Fleet", "fl eet", "fleet;", "a/b",
        "fl\xC3\xA9"
        "et",
        "a\nb", "${a}"})
    EXPECT_FALSE(is_api_name(name)) << name;
  EXPECT_FALSE(is_api_name(std::string(65, 'a')));
}

// ---- compiling grants

TEST(CompileGrant, AnEndpointIsGrantedWithItsMethodAndGetBringsHead) {
  const Grant grant = compiled(named({"GET /devices"}));
  EXPECT_EQ(coverage(grant, 1, Method::kGet), Coverage::kCovered);
  EXPECT_EQ(coverage(grant, 1, Method::kHead), Coverage::kCovered);
  EXPECT_EQ(coverage(grant, 1, Method::kPost), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage(grant, 2, Method::kPost), Coverage::kNoEndpoint);
}

TEST(CompileGrant, NothingNamedGrantsNothing) {
  const Grant grant = compiled(named({}, {}, {}));
  for (std::uint32_t endpoint = 0; endpoint < 5; ++endpoint)
    EXPECT_EQ(coverage(grant, endpoint, Method::kGet), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage(compiled(named({"GET /devices"})), 1, Method::kGet, {0}),
            Coverage::kScopeMissing);
}

TEST(CompileGrant, AStarIsEverythingAlsoWhatComesLater) {
  const Grant grant = compiled(named({"*"}, {}, {"*"}));
  EXPECT_EQ(grant.endpoint_reach, Reach::kEvery);
  EXPECT_EQ(grant.scope_reach, Reach::kEvery);
  EXPECT_EQ(coverage(grant, 99, Method::kDelete, {100}), Coverage::kCovered);
}

TEST(CompileGrant, MethodsNarrow) {
  const Grant grant = compiled(named({"*"}, {"GET"}));
  EXPECT_EQ(coverage(grant, 1, Method::kGet), Coverage::kCovered);
  EXPECT_EQ(coverage(grant, 1, Method::kHead), Coverage::kCovered);
  EXPECT_EQ(coverage(grant, 2, Method::kPost), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage(compiled(named({"POST /devices"}, {"GET"})), 2, Method::kPost),
            Coverage::kNoEndpoint);
}

TEST(CompileGrant, ExtraScopesAreAddedAsFarAsTheApiKnowsThem) {
  const Grant grant =
      compile_grant(named({"*"}), fleet(), {"events:read", "billing:read"}, "").value();
  EXPECT_TRUE(grant.scopes.contains(2));
  EXPECT_FALSE(grant.scopes.contains(0));
}

TEST(CompileGrant, EveryNameThatIsNotThereIsNamed) {
  const auto grant =
      compile_grant(named({"GET /devices", "GET /nothing", "get /devices", "PUT /devices"},
                          {"GET", "get", "FOO"}, {"devices:read", "devices:all", ""}),
                    fleet(), {}, "/grants/0");
  ASSERT_FALSE(grant.has_value());
  EXPECT_EQ(grant.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(pointers(grant.error().faults()),
              ElementsAre("/grants/0/endpoints/1", "/grants/0/endpoints/2", "/grants/0/endpoints/3",
                          "/grants/0/methods/1", "/grants/0/methods/2", "/grants/0/scopes/1",
                          "/grants/0/scopes/2"));
  EXPECT_THAT(sentences(grant.error().faults())[0], HasSubstr("\"GET /nothing\""));
}

TEST(CompileGrant, WhatIsKnownIsCompiledBesideNamesThatAreNotThere) {
  const Api api = fleet();
  const KnownGrant known = GrantCompiler(api).compile_known(
      named({"GET /nothing", "GET /devices"}, {}, {"devices:all", "devices:read"}), {}, "");
  EXPECT_EQ(known.grant, compiled(named({"GET /devices"}, {}, {"devices:read"})));
  EXPECT_THAT(pointers(known.unknown), ElementsAre("/endpoints/0", "/scopes/0"));
}

TEST(CompileGrant, AnEndpointThatIsNamedTwiceIsGrantedOnce) {
  EXPECT_EQ(compiled(named({"GET /devices", "GET /devices"})), compiled(named({"GET /devices"})));
}

// ---- excess

std::vector<Fault> excess(const NamedGrant& asked, const std::vector<NamedGrant>& held) {
  std::vector<Grant> compiled_held;
  for (const NamedGrant& grant : held) compiled_held.push_back(compiled(grant));
  return excess_of(compiled(asked), compiled_held, fleet(), "/grants/0");
}

TEST(ExcessOf, Z01_WhatIsHeldCanBeAskedFor) {
  const NamedGrant held = named({"GET /devices", "POST /devices"}, {}, {"devices:read"});
  EXPECT_THAT(excess(held, {held}), IsEmpty());
  EXPECT_THAT(excess(named({"GET /devices"}, {"HEAD"}, {}), {held}), IsEmpty());
  EXPECT_THAT(excess(named({"*"}, {}, {"*"}), {named({"*"}, {}, {"*"})}), IsEmpty());
  EXPECT_THAT(excess(named({}), {}), IsEmpty());
}

TEST(ExcessOf, Z01_EachEndpointBeyondIsNamed) {
  const auto faults = excess(named({"GET /devices", "POST /devices", "DELETE /devices/{id}"}),
                             {named({"GET /devices"})});
  EXPECT_THAT(pointers(faults), ElementsAre("/grants/0/endpoints", "/grants/0/endpoints"));
  EXPECT_THAT(sentences(faults),
              ElementsAre(HasSubstr("\"POST /devices\""), HasSubstr("\"DELETE /devices/{id}\"")));
  EXPECT_EQ(faults[0].code, "beyond-your-rights");
}

TEST(ExcessOf, Z01_EachScopeBeyondIsNamed) {
  const auto faults = excess(named({"GET /devices"}, {}, {"devices:read", "devices:write"}),
                             {named({"GET /devices"}, {}, {"devices:read"})});
  EXPECT_THAT(pointers(faults), ElementsAre("/grants/0/scopes"));
  EXPECT_THAT(sentences(faults), ElementsAre(HasSubstr("\"devices:write\"")));
}

TEST(ExcessOf, Z01_EveryEndpointIsMoreThanAllPresentOnes) {
  const NamedGrant all_present =
      named({"GET /devices", "POST /devices", "GET /events", "DELETE /devices/{id}"}, {}, {"*"});
  EXPECT_THAT(sentences(excess(named({"*"}), {all_present})),
              ElementsAre(HasSubstr("every endpoint")));
  EXPECT_THAT(sentences(excess(named({"*"}), {named({"*"}, {"GET"}, {"*"})})),
              UnorderedElementsAre(HasSubstr("every endpoint"), HasSubstr("\"POST /devices\""),
                                   HasSubstr("\"DELETE /devices/{id}\"")));
}

TEST(ExcessOf, WhoAsksForEveryEndpointIsNotToldOfHiddenOnes) {
  EXPECT_THAT(sentences(excess(named({"*"}), {named({"GET /devices"})})),
              ElementsAre(HasSubstr("every endpoint")));
}

TEST(ExcessOf, Z01_EveryScopeIsMoreThanAllPresentOnes) {
  const NamedGrant all_present = named({"*"}, {}, {"devices:read", "devices:write", "events:read"});
  EXPECT_THAT(sentences(excess(named({"GET /devices"}, {}, {"*"}), {all_present})),
              ElementsAre(HasSubstr("every scope")));
}

TEST(ExcessOf, Z01_HeldGrantsDoNotAddUpToACallThatNoneCoversWhole) {
  // One right holds the endpoint, another the scope that the endpoint needs: each use would be
  // refused, so asking is.
  const auto faults =
      excess(named({"GET /devices"}, {}, {"devices:read"}),
             {named({"GET /devices"}), named({"GET /events"}, {}, {"devices:read"})});
  EXPECT_THAT(pointers(faults), ElementsAre("/grants/0/endpoints"));
  EXPECT_THAT(sentences(faults), ElementsAre(HasSubstr("together with the scopes")));
}

TEST(ExcessOf, AFloodOfExcessEndsAtAHundred) {
  Api api = fleet();
  Grant asked = compiled(named({}));
  for (std::uint32_t number = 100; number < 5100; ++number) {
    api.endpoints.push_back(
        {{}, EndpointNumber{number}, Method::kPost, "/e" + std::to_string(number), "", {}});
    asked.endpoints.push_back({EndpointNumber{number}, MethodSet().with(Method::kPost)});
  }
  EXPECT_EQ(excess_of(asked, {}, api, "").size(), kMostFaults);
}

TEST(ExcessOf, Z01_WhatIsHeldOnAnotherApiCountsForNothing) {
  Grant other = compiled(named({"*"}, {}, {"*"}));
  other.api = ApiNumber{8};
  const auto faults =
      excess_of(compiled(named({"GET /devices"}, {}, {"devices:read"})), {other}, fleet(), "");
  EXPECT_THAT(pointers(faults), ElementsAre("/endpoints", "/scopes"));
}

/// A random grant on fleet(), in names.
NamedGrant random_grant(std::mt19937& engine) {
  const auto some = [&](const std::vector<std::string>& from) {
    std::vector<std::string> chosen;
    for (const std::string& name : from) {
      if (engine() % 2 == 0) chosen.push_back(name);
    }
    return chosen;
  };
  NamedGrant grant =
      named(some({"GET /devices", "POST /devices", "GET /events", "DELETE /devices/{id}"}),
            some({"GET", "HEAD", "POST", "DELETE"}),
            some({"devices:read", "devices:write", "events:read"}));
  if (engine() % 4 == 0) grant.endpoints = {"*"};
  if (engine() % 4 == 0) grant.scopes = {"*"};
  return grant;
}

TEST(ExcessOf, I6_WithoutExcessEveryCallThatIsAskedForIsHeld) {
  std::mt19937 engine(1);
  const Api api = fleet();
  int without_excess = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Grant asked = compiled(random_grant(engine));
    std::vector<Grant> held;
    for (std::size_t count = engine() % 4; count > 0; --count)
      held.push_back(compiled(random_grant(engine)));
    if (!excess_of(asked, held, api, "").empty()) continue;
    ++without_excess;
    const std::vector<std::byte> bytes = GrantList::encode(held);
    for (const RouteSpec& route : route_table_of(api).routes) {
      for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kDelete}) {
        if (!route.methods.contains(method)) continue;
        const Need need{api.number, route.endpoint, method, route.scopes};
        const std::vector<std::byte> asked_bytes = GrantList::encode(std::vector{asked});
        if (GrantList(asked_bytes).cover(need).coverage != Coverage::kCovered) continue;
        ASSERT_EQ(GrantList(bytes).cover(need).coverage, Coverage::kCovered) << i;
      }
    }
  }
  EXPECT_GT(without_excess, 1000);
}

// ---- routes

TEST(RouteTableOf, N09_GetAnswersHeadToo) {
  const RouteTableSpec spec = route_table_of(fleet());
  EXPECT_EQ(spec.base_path, "/v1");
  const std::vector<std::byte> bytes = RouteTable::encode(spec).value();
  const RouteTable table(bytes);
  EXPECT_EQ(table.match(Method::kHead, "/v1/devices").endpoint, EndpointNumber{1});
  EXPECT_EQ(table.match(Method::kPost, "/v1/devices").endpoint, EndpointNumber{2});
  EXPECT_EQ(table.match(Method::kHead, "/v1/devices/1").outcome, RouteMatch::Outcome::kNoMethod);
  ScopeSet both_reads;
  both_reads.add(0);
  both_reads.add(2);
  EXPECT_EQ(table.match(Method::kGet, "/v1/events").scopes, both_reads);
}

}  // namespace
}  // namespace claviger::core
