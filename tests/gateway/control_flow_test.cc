// nginx's own ways around a location: each call is judged where it arrives, once, and counted once.
// N18 is a row of docs/threats.md.
#include "gateway_fixture.h"
#include "support/waiting.h"

namespace claviger::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ControlFlow : public GatewayTest {
 protected:
  /// A key that may do this on the one API and nothing on the other.
  WorldKey key_for(const core::ApiRecord& api) {
    WorldKey key = world().add_key();
    std::erase_if(key.record.grants,
                  [&](const core::Grant& grant) { return grant.api != api.number; });
    world().put(key.record);
    return key;
  }

  const WorldKey key_ = world().add_key();
};

TEST_F(ControlFlow, N18_ReturnIsWarnedOfLoggedAndCounted) {
  constexpr std::string_view kLocations = R"(
    location = /answers { claviger api fleet; return 200 "answer"; }
    location / { claviger api fleet; if ($arg_answer) { return 204; } proxy_pass http://api; })";
  const Finished check = Nginx::check(settings_with(kLocations));
  EXPECT_EQ(check.status, 0);
  EXPECT_THAT(check.output, HasSubstr("location /answers, protected in"));
  EXPECT_THAT(check.output, HasSubstr("location /, protected in"));
  EXPECT_THAT(check.output, HasSubstr("\"return\" answers before claviger decides"));
  start(kLocations);
  EXPECT_EQ(ask({.target = "/answers"}).status, 200);
  EXPECT_EQ(ask({.target = "/devices/1?answer=1"}).status, 204);
  EXPECT_TRUE(eventually([&] { return world().undecided() == 2; }));
  EXPECT_THAT(nginx().error_log(),
              HasSubstr("location \"/answers\" answered a request to fleet from unix: with 200"));
  EXPECT_EQ(log_lines(2)[0].decision, "undecided");
}

TEST_F(ControlFlow, WhatNginxItselfRefusesIsNotUndecided) {
  start(R"(
    claviger api fleet;
    client_max_body_size 1;
    location / { proxy_pass http://api; }
    location /inner/ { internal; proxy_pass http://api; }
    location /page/ { proxy_pass http://api; })");
  refusal_of({.method = "POST", .target = "/devices", .body = "too large"}, 413);
  refusal_of({.target = "/inner/1"}, 404);
  refusal_of({.target = "/page"}, 301);
  refusal_of_raw("GET /devices/1 HTTP/1.1\r\n\r\n", 400);
  nginx().stop();
  EXPECT_EQ(world().undecided(), 0U);
  EXPECT_THAT(nginx().error_log(), Not(HasSubstr("before it was judged")));
}

TEST_F(ControlFlow, N18_ARewriteIntoAProtectedLocationIsJudgedByItsNewPath) {
  start(R"(
    location /alias/ { rewrite ^/alias/(.*)$ /devices/$1 last; }
    location /devices { claviger api fleet; proxy_pass http://api; }
    location /old/ {
      claviger api fleet;
      rewrite ^/old/(.*)$ /devices/$1 break;
      proxy_pass http://api;
    })");
  const Received seen = forwarded({.target = "/alias/7?x=1", .headers = {bearer(key_)}});
  EXPECT_EQ(seen.target, "/devices/7?x=1");
  EXPECT_EQ(forwarded({.target = "/old/7", .headers = {bearer(key_)}}).target, "/devices/7");
  refusal_of({.target = "/alias/7"}, 401);
  EXPECT_EQ(refusal_of({.target = "/alias/7/nothing", .headers = {bearer(key_)}}, 403),
            "endpoint-unknown");
  EXPECT_EQ(refusal_of({.target = "/alias/7;x", .headers = {bearer(key_)}}, 400),
            "path-not-canonical");
  EXPECT_TRUE(counts(key_, 2));
}

TEST_F(ControlFlow, N18_SatisfyAnyDoesNotOverrideARefusal) {
  constexpr std::string_view kLocations = R"(
    location / { claviger api fleet; satisfy any; allow all; proxy_pass http://api; })";
  EXPECT_THAT(Nginx::check(settings_with(kLocations)).output,
              HasSubstr("\"satisfy any\" does not weaken claviger"));
  start(kLocations);
  EXPECT_EQ(refusal_of({.target = "/devices/1"}, 401), "credential-unknown");
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
}

TEST_F(ControlFlow, N18_AnErrorPageDoesNotRedirectARefusal) {
  start(R"(
    error_page 400 401 403 421 503 = /leak;
    location = /leak { claviger off; proxy_pass http://api; }
    location / { claviger api fleet; error_page 401 403 =200 @leak; proxy_pass http://api; }
    location @leak { claviger off; proxy_pass http://api; }
    location /invoices/ { claviger api billing; proxy_pass http://api; })");
  EXPECT_EQ(refusal_of({.target = "/devices/1"}, 401), "credential-unknown");
  EXPECT_EQ(refusal_of({.target = "/devices/%2f", .headers = {bearer(key_)}}, 400),
            "path-not-canonical");
  EXPECT_EQ(
      refusal_of({.target = "/invoices/1", .headers = {bearer(key_for(world().fleet()))}}, 403),
      "api-not-granted");
}

TEST_F(ControlFlow, N18_ARefusalReachedThroughAnErrorPageKeepsItsStatus) {
  start(R"(
    location = /missing { error_page 404 = /devices/1; return 404; }
    location = /gone { error_page 410 /devices/1; return 410; }
    location / { claviger api fleet; proxy_pass http://api; })");
  EXPECT_EQ(refusal_of({.target = "/missing"}, 401), "credential-unknown");
  EXPECT_EQ(refusal_of({.target = "/gone"}, 401), "credential-unknown");
  EXPECT_EQ(forwarded({.target = "/missing", .headers = {bearer(key_)}}).target, "/devices/1");
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_TryFilesAndNamedLocationsAreJudgedAndCountedOnce) {
  start(R"(
    location / { claviger api fleet; root {dir}; try_files /none @api; }
    location @api { claviger api fleet; proxy_pass http://api; }
    location /invoices/ { claviger api billing; root {dir}; try_files /none @other; }
    location @other { claviger api fleet; proxy_pass http://api; })");
  const Received seen = forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(seen.target, "/devices/1");
  EXPECT_EQ(seen.header("Claviger-Key-Id"), key_.id());
  EXPECT_FALSE(seen.header("Authorization"));
  EXPECT_TRUE(counts(key_, 1));
  refusal_of({.target = "/devices/1"}, 401);
  // The way leads into another API's location, which knows no such endpoint.
  EXPECT_EQ(refusal_of({.target = "/invoices/1", .headers = {bearer(key_)}}, 403),
            "endpoint-unknown");
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_AnIndexIsJudgedByItsPath) {
  start(R"(
    location = / { claviger off; root {dir}; index devices; }
    location / { claviger api fleet; proxy_pass http://api; })");
  write_file(nginx().file("devices"), "");
  EXPECT_EQ(refusal_of({.target = "/"}, 401), "credential-unknown");
  EXPECT_EQ(forwarded({.target = "/", .headers = {bearer(key_)}}).target, "/devices");
}

TEST_F(ControlFlow, N18_AnAccelRedirectIntoAnotherApiIsJudgedAnew) {
  start();
  upstream().answer_with([](const Received& received) {
    if (received.target != "/devices/1") return answer_of(200, {}, "the invoice");
    return answer_of(200, {{"X-Accel-Redirect", "/invoices/7"}, {"Set-Cookie", "leak=1"}}, "");
  });
  const HttpResponse response = ask({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(response.body, "the invoice");
  ASSERT_EQ(upstream().count(), 2U);
  EXPECT_EQ(upstream().requests()[1].target, "/invoices/7");
  EXPECT_NE(upstream().requests()[0].header("Claviger-Decision-Id"),
            upstream().requests()[1].header("Claviger-Decision-Id"));
  EXPECT_TRUE(counts(key_, 1));

  const WorldKey narrow = key_for(world().fleet());
  const HttpResponse refused = ask({.target = "/devices/1", .headers = {bearer(narrow)}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "api-not-granted");
  EXPECT_FALSE(refused.header("Set-Cookie"));
  EXPECT_EQ(upstream().count(), 3U);
  EXPECT_TRUE(counts(narrow, 0));
}

TEST_F(ControlFlow, N18_AnAuthRequestIntoAProtectedLocationRefuses) {
  start(R"(
    location /pages/ { claviger off; auth_request /devices/1; proxy_pass http://api; }
    location /devices/ { claviger api fleet; proxy_pass http://api; }
    location /both/ { claviger off; auth_request /invoices/1; proxy_pass http://api; }
    location /invoices/ { claviger api billing; proxy_pass http://api; })");
  const HttpResponse unknown = ask({.target = "/pages/1"});
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.header("WWW-Authenticate"), "Bearer realm=\"claviger\"");
  const WorldKey narrow = key_for(world().fleet());
  EXPECT_EQ(ask({.target = "/both/1", .headers = {bearer(narrow)}}).status, 403);
  EXPECT_EQ(upstream().count(), 0U);
  EXPECT_EQ(ask({.target = "/pages/1", .headers = {bearer(key_)}}).status, 200);
  EXPECT_EQ(upstream().count(), 2U);
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_ServerSideIncludesAreJudgedByTheirOwnPath) {
  start(R"(
    location /page { claviger off; ssi on; ssi_types *; proxy_pass http://api; }
    location / { claviger api fleet; proxy_pass http://api; })");
  upstream().answer_with([](const Received& received) {
    if (received.target != "/page") return answer_of(200, {}, "[" + received.target + "]");
    return answer_of(200, {},
                     "a<!--# include virtual=\"/devices/1\" -->b"
                     "<!--# include virtual=\"/devices/2\" -->c");
  });
  EXPECT_EQ(ask({.target = "/page"}).body, "abc");
  EXPECT_EQ(upstream().count(), 1U);
  EXPECT_EQ(ask({.target = "/page", .headers = {bearer(key_)}}).body,
            "a[/devices/1]b[/devices/2]c");
  // One request of a client, one call.
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_AMirrorIsNoSecondCallAndGetsNoKey) {
  start(R"(
    location / { claviger api fleet; mirror /mirror; proxy_pass http://api; }
    location = /mirror { internal; claviger off; proxy_pass http://api/mirrored; })");
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(key_)}}).status, 200);
  EXPECT_TRUE(eventually([&] { return upstream().count() == 2; }));
  for (const Received& seen : upstream().requests())
    EXPECT_THAT(seen.bytes, Not(HasSubstr(key_.text)));
  nginx().stop();
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_SlicesAreOneCall) {
  start(R"(
    location / {
      claviger api fleet;
      slice 4;
      proxy_set_header Range $slice_range;
      proxy_pass http://api;
    })");
  upstream().answer_with([](const Received& received) {
    const std::string body = "0123456789";
    const std::string range = received.header("Range").value_or("bytes=0-3");
    const std::size_t first = std::stoul(range.substr(6));
    const std::string part = body.substr(first, 4);
    return answer_of(206,
                     {{"Content-Range", "bytes " + std::to_string(first) + "-" +
                                            std::to_string(first + part.size() - 1) + "/10"}},
                     part);
  });
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(key_)}}).body, "0123456789");
  EXPECT_EQ(upstream().count(), 3U);
  for (const Received& seen : upstream().requests())
    EXPECT_EQ(seen.header("Claviger-Key-Id"), key_.id());
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(ControlFlow, N18_ACacheDoesNotStandBeforeTheDecision) {
  NginxSettings settings = settings_with(R"(
    location / {
      claviger api fleet;
      proxy_cache answers;
      proxy_cache_valid 200 3s;
      proxy_cache_use_stale updating;
      proxy_cache_background_update on;
      proxy_pass http://api;
    })");
  settings.http += "proxy_cache_path {dir}/cache keys_zone=answers:1m;";
  start_with(settings);
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(refusal_of({.target = "/devices/1"}, 401), "credential-unknown");
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(key_)}}).status, 200);
  EXPECT_EQ(upstream().count(), 1U) << "not from the cache";
  // The update in the background is no call of anybody.
  EXPECT_TRUE(eventually([&] {
    static_cast<void>(ask({.target = "/devices/1?wait"}));
    return ask({.target = "/devices/1", .headers = {bearer(key_)}}).status == 200 &&
           upstream().count() == 2;
  }));
  const std::vector<Received> seen = upstream().requests();
  EXPECT_EQ(seen.back().header("Claviger-Key-Id"), key_.id());
  EXPECT_THAT(seen.back().bytes, Not(HasSubstr(key_.text)));
}

TEST_F(ControlFlow, WhatALimitOrAnAccessRuleRefusesIsNotCounted) {
  NginxSettings settings = settings_with(R"(
    location / { claviger api fleet; limit_req zone=keys; proxy_pass http://api; }
    location /invoices/ { claviger api billing; deny all; proxy_pass http://api; })");
  settings.http += "limit_req_zone $claviger_key_id zone=keys:1m rate=1r/m;";
  start_with(settings);
  const WorldKey other = world().add_key();
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  refusal_of({.target = "/devices/1", .headers = {bearer(key_)}}, 503);
  refusal_of({.target = "/invoices/1", .headers = {bearer(key_)}}, 403);
  forwarded({.target = "/devices/1", .headers = {bearer(other)}});
  nginx().stop();
  EXPECT_TRUE(counts(key_, 1));
  EXPECT_TRUE(counts(other, 1));
}

TEST_F(ControlFlow, APostActionIsNoSecondCall) {
  start(R"(
    location / { claviger api fleet; post_action /after; proxy_pass http://api; }
    location = /after { claviger off; proxy_pass http://api; })");
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(key_)}}).status, 200);
  EXPECT_TRUE(eventually([&] { return upstream().count() == 2; }));
  nginx().stop();
  EXPECT_TRUE(counts(key_, 1));
}

}  // namespace
}  // namespace claviger::test
