#include "claviger/http/router.h"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::http {
namespace {

using testing::HasSubstr;

Route route(std::string method, std::string path) {
  return {.method = std::move(method),
          .path = std::move(path),
          .max_body_bytes = 0,
          .content_types = {},
          .time_budget = std::chrono::seconds(1),
          .handler = [](const Request&, const PathParameters&) { return no_content(); }};
}

Router build(std::vector<Route> routes) {
  auto router = Router::build(std::move(routes));
  EXPECT_TRUE(router.has_value()) << router.error().internal_text();
  return *std::move(router);
}

std::string refusal_of(std::vector<Route> routes) {
  const auto router = Router::build(std::move(routes));
  return router ? "" : router.error().internal_text();
}

/// The template of the route that was found, "405 <allow>", "404" or "400".
std::string found(const Router& router, std::string_view method, std::string_view path) {
  const Router::Outcome outcome = router.find(method, path);
  if (const auto* match = std::get_if<Router::Match>(&outcome)) return match->route->path;
  if (const auto* other = std::get_if<Router::NoSuchMethod>(&outcome)) return "405 " + other->allow;
  return std::holds_alternative<Router::NoSuchPath>(outcome) ? "404" : "400";
}

std::string parameter(const Router& router, std::string_view path, std::string_view name) {
  const Router::Outcome outcome = router.find("GET", path);
  return std::string(std::get<Router::Match>(outcome).parameters.get(name));
}

TEST(Router, LiteralBeatsParameterAndBacktracks) {
  const Router router = build({route("GET", "/v1/keys/{id}"), route("POST", "/v1/keys/verify"),
                               route("POST", "/v1/keys/{id}/renew")});
  EXPECT_EQ(found(router, "GET", "/v1/keys/1"), "/v1/keys/{id}");
  EXPECT_EQ(found(router, "POST", "/v1/keys/verify"), "/v1/keys/verify");
  EXPECT_EQ(found(router, "POST", "/v1/keys/verify/renew"), "/v1/keys/{id}/renew");
  EXPECT_EQ(found(router, "GET", "/v1/keys/verify"), "405 POST");
}

TEST(Router, KnowsUnknownPathsFromUnknownMethods) {
  const Router router = build({route("GET", "/v1/keys"), route("PATCH", "/v1/keys")});
  EXPECT_EQ(found(router, "DELETE", "/v1/keys"), "405 GET, HEAD, PATCH");
  EXPECT_EQ(found(router, "get", "/v1/keys"), "405 GET, HEAD, PATCH");
  EXPECT_EQ(found(router, "GET", "/v1"), "404");
  EXPECT_EQ(found(router, "GET", "/v1/keys/1"), "404");
  EXPECT_EQ(found(router, "GET", "v1/keys"), "404");
  EXPECT_EQ(found(router, "GET", ""), "404");
}

TEST(Router, HeadFindsTheRouteOfGet) {
  const Router router = build({route("GET", "/a"), route("POST", "/b")});
  EXPECT_EQ(found(router, "HEAD", "/a"), "/a");
  EXPECT_EQ(found(router, "HEAD", "/b"), "405 POST");
}

TEST(Router, TrailingSlashIsAnotherPath) {
  const Router router = build({route("GET", "/a"), route("GET", "/b/"), route("GET", "/c/{id}")});
  EXPECT_EQ(found(router, "GET", "/a/"), "404");
  EXPECT_EQ(found(router, "GET", "/b"), "404");
  EXPECT_EQ(found(router, "GET", "/b/"), "/b/");
  EXPECT_EQ(found(router, "GET", "/c/"), "404");
}

TEST(Router, RootIsAPathLikeAnyOther) {
  const Router router = build({route("GET", "/")});
  EXPECT_EQ(found(router, "GET", "/"), "/");
  EXPECT_EQ(found(router, "GET", "/a"), "404");
}

TEST(Router, ParametersAreDecoded) {
  const Router router = build({route("GET", "/a/{first}/b/{second}")});
  EXPECT_EQ(parameter(router, "/a/x%20y/b/%C3%A4", "first"), "x y");
  EXPECT_EQ(parameter(router, "/a/x%20y/b/%C3%A4", "second"), "\xC3\xA4");
  EXPECT_EQ(parameter(router, "/a/x/b/y", "third"), "");
}

TEST(Router, ParameterThatIsNoPlainTextIsMalformed) {
  const Router router = build({route("GET", "/a/{id}")});
  for (const char* path : {"/a/x%2Fy", "/a/%00", "/a/%0d", "/a/%ff", "/a/%c3", "/a/%", "/a/%41"})
    EXPECT_EQ(found(router, "GET", path), "400") << path;
}

TEST(Router, RestTakesWhatNothingElseDoes) {
  const Router router =
      build({route("GET", "/{file*}"), route("GET", "/v1/keys"), route("GET", "/v1/{id}")});
  EXPECT_EQ(found(router, "GET", "/v1/keys"), "/v1/keys");
  EXPECT_EQ(found(router, "GET", "/v1/a"), "/v1/{id}");
  EXPECT_EQ(found(router, "GET", "/"), "/{file*}");
  EXPECT_EQ(parameter(router, "/", "file"), "");
  EXPECT_EQ(parameter(router, "/v1/keys/%C3%A4.js", "file"), "v1/keys/\xC3\xA4.js");
  EXPECT_EQ(found(router, "GET", "/v1/keys/a%2fb"), "400");
}

TEST(Router, TwoRoutesForOnePlaceDoNotBuild) {
  EXPECT_THAT(refusal_of({route("GET", "/a/{id}"), route("GET", "/a/{id}")}), HasSubstr("twice"));
  EXPECT_THAT(refusal_of({route("GET", "/a/{id}"), route("PUT", "/a/{key}")}), HasSubstr("{key}"));
  EXPECT_THAT(refusal_of({route("GET", "/a/{a*}"), route("PUT", "/a/{b*}")}), HasSubstr("{b}"));
}

TEST(Router, TemplateThatCannotBeReadDoesNotBuild) {
  for (const char* path :
       {"", "a", "//", "/a//b", "/{}", "/{a", "/a}", "/{a}b", "/a b", "/{a*}/b", "/%41", "/{*}"})
    EXPECT_NE(refusal_of({route("GET", path)}), "") << path;
}

TEST(Router, RouteWithAFieldLeftOutDoesNotBuild) {
  Route no_handler = route("GET", "/a");
  no_handler.handler = nullptr;
  Route no_budget = route("GET", "/a");
  no_budget.time_budget = {};
  Route no_types = route("POST", "/a");
  no_types.max_body_bytes = 10;
  Route no_limit = route("POST", "/a");
  no_limit.content_types = {"text/plain"};
  for (const Route& incomplete : {no_handler, no_budget, no_types, no_limit, route("", "/a"),
                                  route("HEAD", "/a"), route("G T", "/a")})
    EXPECT_NE(refusal_of({incomplete}), "");
}

}  // namespace
}  // namespace claviger::http
