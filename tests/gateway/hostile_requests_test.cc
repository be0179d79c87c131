// Requests that one server reads in one way and the next in another. The numbers are those of
// docs/threats.md.
#include "gateway_fixture.h"

namespace claviger::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class HostileRequests : public GatewayTest {
 protected:
  /// A key that may read one device, and nothing else.
  WorldKey reader_of_devices() {
    WorldKey key = world().add_key();
    key.record.grants = {{.api = world().fleet().number,
                          .methods = core::MethodSet::all(),
                          .endpoint_reach = core::Reach::kListed,
                          .scope_reach = core::Reach::kEvery,
                          .scopes = {},
                          .endpoints = {{fleet::kReadDevice, core::MethodSet::all()}}}};
    world().put(key.record);
    return key;
  }

  const WorldKey key_ = world().add_key();
};

TEST_F(HostileRequests, N07_ForwardingHeadersHaveNoInfluence) {
  start();
  WorldKey key = reader_of_devices();
  key.record.networks = {*core::Network::parse("10.0.0.0/8")};
  world().put(key.record);
  for (const std::pair<std::string, std::string>& header :
       std::vector<std::pair<std::string, std::string>>{{"X-Forwarded-For", "10.1.2.3"},
                                                        {"X-Real-IP", "10.1.2.3"},
                                                        {"Forwarded", "for=10.1.2.3"},
                                                        {"True-Client-IP", "10.1.2.3"}})
    EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key), header}}, 403),
              "address-not-allowed");
  const WorldKey reader = reader_of_devices();
  for (const char* name : {"X-Original-URL", "X-Rewrite-URL", "X-Envoy-Original-Path",
                           "X-Forwarded-Uri", "X-Forwarded-Path", "X-Forwarded-Method"}) {
    EXPECT_EQ(
        refusal_of({.target = "/devices", .headers = {bearer(reader), {name, "/devices/1"}}}, 403),
        "endpoint-not-granted");
  }
  // Some upstreams would route by these.
  for (const char* name : {"X-Original-URL", "X_Rewrite_URL"})
    EXPECT_FALSE(forwarded({.target = "/devices/1", .headers = {bearer(reader), {name, "/admin"}}})
                     .header(name));
}

TEST_F(HostileRequests, N07_TheAddressIsTheOneThatAListedProxyNames) {
  start(std::string("set_real_ip_from unix:; real_ip_header X-Forwarded-For;") +
        "real_ip_recursive on; set_real_ip_from 192.0.2.0/24;" + std::string(kGuardedLocations));
  WorldKey key = world().add_key();
  key.record.networks = {*core::Network::parse("10.0.0.0/8"),
                         *core::Network::parse("2001:db8::/32")};
  world().put(key.record);
  for (const char* address : {"10.1.2.3", "203.0.113.5, 10.1.2.3", "10.1.2.3, 192.0.2.1",
                              "2001:db8::1", "::ffff:10.1.2.3"})
    forwarded({.target = "/devices/1", .headers = {bearer(key), {"X-Forwarded-For", address}}});
  for (const char* address : {"203.0.113.5", "10.1.2.3, 203.0.113.5", "10.1.2.3.4", "", "unknown"})
    EXPECT_EQ(
        refusal_of({.target = "/devices/1", .headers = {bearer(key), {"X-Forwarded-For", address}}},
                   403),
        "address-not-allowed");
}

TEST_F(HostileRequests, TheAddressOfATcpPeerIsItsOwn) {
  const Endpoint tcp = Endpoint::free_tcp();
  start("listen " + tcp.str() + ';' + std::string(kGuardedLocations));
  WorldKey key = world().add_key();
  const auto allow_from = [&](const char* network) {
    key.record.networks = {*core::Network::parse(network)};
    world().put(key.record);
    return test::ask(tcp, {.target = "/devices/1", .headers = {bearer(key)}}).status;
  };
  EXPECT_EQ(allow_from("127.0.0.0/8"), 200);
  EXPECT_EQ(allow_from("10.0.0.0/8"), 403);
}

TEST_F(HostileRequests, N08_AMethodOverrideIsStrippedOrRefused) {
  start();
  for (const char* name : {"X-HTTP-Method-Override", "X-Http-Method", "x-method-override"}) {
    const Received seen =
        forwarded({.target = "/devices/1", .headers = {bearer(key_), {name, "DELETE"}}});
    EXPECT_EQ(seen.method, "GET");
    EXPECT_FALSE(seen.header(name));
  }
  EXPECT_EQ(refusal_of({.target = "/devices/1?_method=DELETE", .headers = {bearer(key_)}}, 400),
            "method-overridden");
}

TEST_F(HostileRequests, N09_OnlyKnownMethodsPass) {
  start();
  for (const char* method : {"FOO", "PROPFIND", "LINK"})
    EXPECT_EQ(
        refusal_of({.method = method, .target = "/devices/1", .headers = {bearer(key_)}}, 400),
        "method-unknown");
  refusal_of({.method = "get", .target = "/devices/1", .headers = {bearer(key_)}}, 400);
  refusal_of({.method = "TRACE", .target = "/devices/1", .headers = {bearer(key_)}}, 405);
  refusal_of({.method = "CONNECT", .target = "/devices/1", .headers = {bearer(key_)}}, 405);
}

TEST_F(HostileRequests, N09_HeadNeedsWhatGetNeeds) {
  start();
  const WorldKey reader = reader_of_devices();
  EXPECT_EQ(
      forwarded({.method = "HEAD", .target = "/devices/1", .headers = {bearer(reader)}}).method,
      "HEAD");
  refusal_of({.method = "HEAD", .target = "/devices", .headers = {bearer(reader)}}, 403);
  refusal_of({.method = "HEAD", .target = "/devices/1"}, 401);
}

TEST_F(HostileRequests, N09_OptionsIsAnonymousOnlyAsAPreflightWhereTheApiSaysSo) {
  start();
  const HeaderFields preflight = {{"Origin", "https://app.example"},
                                  {"Access-Control-Request-Method", "GET"}};
  EXPECT_EQ(refusal_of({.method = "OPTIONS", .target = "/devices/1"}, 401), "credential-unknown");
  EXPECT_EQ(
      refusal_of({.method = "OPTIONS", .target = "/devices/1", .headers = {preflight[0]}}, 401),
      "credential-unknown");
  EXPECT_EQ(refusal_of({.method = "OPTIONS", .target = "/invoices/1", .headers = preflight}, 401),
            "credential-unknown");
  HeaderFields headers = preflight;
  headers.emplace_back("Claviger-User-Id", "usr_forged");
  const Received seen =
      forwarded({.method = "OPTIONS", .target = "/devices/1", .headers = headers});
  EXPECT_EQ(seen.header("Origin"), "https://app.example");
  EXPECT_FALSE(seen.header("Claviger-User-Id"));
  EXPECT_EQ(log_lines(4).back().reason, "preflight");
  headers.emplace_back("X-API-Key", key_.text);
  EXPECT_FALSE(forwarded({.method = "OPTIONS", .target = "/devices/1", .headers = headers})
                   .header("X-API-Key"))
      << "no carrier, configured or not";
}

TEST_F(HostileRequests, N10_OtherVersionsOfHttpAreRefused) {
  start();
  const std::string head = "\r\nHost: a\r\nAuthorization: " + key_.bearer() + "\r\n\r\n";
  EXPECT_EQ(refusal_of_raw("GET /devices/1 HTTP/1.9" + head, 400), "http-version-unsupported");
  EXPECT_EQ(refusal_of_raw("GET /devices/1 HTTP/1.2" + head, 400), "http-version-unsupported");
  refusal_of_raw("GET /devices/1 HTTP/3.0" + head, 505);
  EXPECT_EQ(ask_raw("GET /devices/1 HTTP/1.0" + head).status, 200);
  HttpConnection connection(gateway());
  connection.send("GET /devices/1\r\n");
  EXPECT_THAT(connection.receive_rest(), HasSubstr("http-version-unsupported"));
  EXPECT_EQ(upstream().count(), 1U);
}

TEST_F(HostileRequests, N10_AnAbsoluteTargetNamesTheHostOfTheHostHeader) {
  start();
  const auto request = [&](const std::string& target, const std::string& host) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: " + key_.bearer() +
           "\r\n\r\n";
  };
  for (const char* host : {"other.example", "api.example.other", "pi.example", "[::1]"})
    EXPECT_EQ(refusal_of_raw(request("http://api.example/devices/1", host), 400), "host-ambiguous");
  EXPECT_EQ(refusal_of_raw(request("http://evil@api.example/devices/1", "api.example"), 400), "");
  for (const char* host : {"api.example", "API.example:80", "api.example."})
    EXPECT_EQ(ask_raw(request("http://api.example/devices/1", host)).status, 200) << host;
  EXPECT_EQ(ask_raw(request("http://[::1]:8080/devices/1", "[::1]")).status, 200);
  for (const Received& seen : upstream().requests()) EXPECT_EQ(seen.target, "/devices/1");
  EXPECT_EQ(upstream().count(), 4U);
}

TEST_F(HostileRequests, N11_AFragmentIsRefused) {
  start();
  const WorldKey reader = reader_of_devices();
  for (const char* target :
       {"/devices/1#/../../devices", "/devices#", "/devices/1?a#b", "/devices/%23"})
    refusal_of({.target = target, .headers = {bearer(reader)}}, 400);
  EXPECT_EQ(upstream().count(), 0U);
}

TEST_F(HostileRequests, N12_APathThatGoesUpstreamDecodedIsTheOneThatWasJudged) {
  start(R"(location / { claviger api fleet; proxy_pass http://api$uri; })");
  for (const char* target :
       {"/devices/1%3F", "/devices/1%3fx=1", "/devices/1%23", "/devices/%3F/x"})
    refusal_of({.target = target, .headers = {bearer(key_)}}, 400);
  EXPECT_EQ(upstream().count(), 0U);
}

TEST_F(HostileRequests, N12_APathThatCanBeReadInTwoWaysIsRefused) {
  start();
  const std::string wide(65, '/');
  for (const std::string& target :
       std::vector<std::string>{"/devices/..",        "/devices/../devices", "/devices/%2e%2e/x",
                                "/devices/%2E/1",     "/./devices/1",        "/devices/.%2e",
                                "/devices%2f1",       "/devices%2F1",        "/devices/..%2fadmin",
                                "/devices/%5c..",     "/devices\\1",         "/devices/..;/1",
                                "/;x=1/devices",      "/devices/1;v=2",      "//devices/1",
                                "/devices//1",        "/devices/%252e",      "/devices/%25",
                                "/devices/%c0%af",    "/devices/%80",        "/devices/\x80",
                                "/devices/%e0%80%80", "/devices/%0a",        "/devices/%0d%0a",
                                "/devices/%7f",       "/%64evices/1",        "/devices/%zz",
                                "/devices/%2",        "/devices/...",        wide,
                                "/devices/\"",        "/devices/<1>",        "/devices/{1}",
                                "/devices/|",         "/devices/^"}) {
    const HttpResponse response = ask({.target = target, .headers = {bearer(key_)}});
    EXPECT_EQ(response.status, 400) << target;
  }
  refusal_of_raw(
      "GET /devices/1%00 HTTP/1.1\r\nHost: a\r\nAuthorization: " + key_.bearer() + "\r\n\r\n", 400);
  EXPECT_EQ(upstream().count(), 0U);
  EXPECT_TRUE(counts(key_, 0));
}

TEST_F(HostileRequests, N12_ACanonicalPathIsForwardedByteForByte) {
  start();
  for (const char* target :
       {"/devices/1", "/devices/a%20b", "/devices/caf%C3%A9", "/devices/a+b@c:d",
        "/devices/1?q=../..&r=%2f%00", "/devices/~a.b-c_d"})
    EXPECT_EQ(forwarded({.target = target, .headers = {bearer(key_)}}).target, target);
}

TEST_F(HostileRequests, N12_CaseAndTrailingDotsAreAnotherPath) {
  start();
  for (const char* target : {"/DEVICES/1", "/Devices/1", "/devices./1", "/devices%20/1"})
    EXPECT_EQ(refusal_of({.target = target, .headers = {bearer(key_)}}, 403), "endpoint-unknown");
}

TEST_F(HostileRequests, N13_SegmentsMatchWhole) {
  start();
  const WorldKey reader = reader_of_devices();
  for (const char* target : {"/devices", "/devices/1/events", "/devices/1/events/2"})
    refusal_of({.target = target, .headers = {bearer(reader)}}, 403);
  for (const char* target : {"/devicesX/1", "/device/1", "/devices*/1", "/dev.ces/1", "/devices/",
                             "/devices/1/", "/devicesadministrator", "/*/1"})
    EXPECT_EQ(refusal_of({.target = target, .headers = {bearer(reader)}}, 403), "endpoint-unknown");
  EXPECT_EQ(forwarded({.target = "/devices/*", .headers = {bearer(reader)}}).target, "/devices/*");
}

TEST_F(HostileRequests, N14_QueryAndBodyDoNotSatisfyAPath) {
  start();
  const WorldKey reader = reader_of_devices();
  for (const char* target : {"/devices?/devices/1", "/devices?path=/devices/1", "/devices?/1",
                             "/devices?%2fdevices%2f1"})
    EXPECT_EQ(refusal_of({.target = target, .headers = {bearer(reader)}}, 403),
              "endpoint-not-granted");
  EXPECT_EQ(refusal_of({.method = "POST",
                        .target = "/devices",
                        .headers = {bearer(reader)},
                        .body = "GET /devices/1 HTTP/1.1\r\n\r\n"},
                       403),
            "endpoint-not-granted");
}

TEST_F(HostileRequests, N24_NothingOfARequestForgesALogLine) {
  start();
  const std::vector<HttpRequest> requests = {
      {.target = "/devices/%0a200%20allow%20allowed"},
      {.target = "/devices/1?\"},{\"decision\":\"allow\"}"},
      {.target = "/devices/1", .headers = {{"User-Agent", "x\" 200 allow allowed key_forged"}}},
      {.target = "/devices/1", .headers = {{"Claviger-Key-Id", "key_forged"}}},
      {.target = "/devices/1", .headers = {{"Authorization", "Bearer key_forged allow"}}},
      {.target = "/devices/1", .headers = {{"Host", "allow"}, {"Referer", "key_forged"}}}};
  for (const HttpRequest& request : requests) static_cast<void>(ask(request));
  for (const LogLine& line : log_lines(requests.size())) {
    EXPECT_THAT(line.status, AnyOf("400", "401"));
    EXPECT_EQ(line.decision, "deny");
    EXPECT_THAT(line.reason, testing::MatchesRegex("[a-z-]+"));
    EXPECT_EQ(line.key_id, "-");
  }
  EXPECT_THAT(nginx().error_log(), Not(HasSubstr("key_forged")));
}

TEST_F(HostileRequests, N25_NoPathAndNoUserAgentIsABypass) {
  start();
  for (const char* target : {"/health", "/healthz", "/ping", "/status", "/metrics", "/favicon.ico",
                             "/.well-known/security.txt", "/robots.txt", "/nginx_status", "/"}) {
    for (const char* agent : {"kube-probe/1.29", "ELB-HealthChecker/2.0", "GoogleHC/1.0", ""})
      EXPECT_EQ(refusal_of({.target = target, .headers = {{"User-Agent", agent}}}, 401),
                "credential-unknown");
  }
}

}  // namespace
}  // namespace claviger::test
