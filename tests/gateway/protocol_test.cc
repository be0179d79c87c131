// Connections, bodies and protocols: a refusal leaves the connection as HTTP wants it.
#include "gateway_fixture.h"
#include "support/waiting.h"
#include "tls.h"

#include <curl/curl.h>

namespace claviger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Protocol : public GatewayTest {
 protected:
  const WorldKey key_ = world().add_key();
};

TEST_F(Protocol, AConnectionLivesOnAfterARefusal) {
  start();
  HttpConnection connection(gateway());
  for (int i = 0; i < 3; ++i) {
    connection.send(HttpRequest{.target = "/devices/1"}.str());
    EXPECT_EQ(connection.receive().status, 401);
    connection.send(HttpRequest{.target = "/devices/1", .headers = {bearer(key_)}}.str());
    EXPECT_EQ(connection.receive().body, "ok");
  }
}

TEST_F(Protocol, ARefusedBodyIsSkippedWhole) {
  start();
  HttpConnection connection(gateway());
  const std::string inner = "GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  connection.send(HttpRequest{.method = "POST", .target = "/devices", .body = inner}.str());
  EXPECT_EQ(connection.receive().status, 401);
  ASSERT_EQ(inner.size(), 0x2AU);
  connection.send("POST /devices HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2a\r\n" +
                  inner + "\r\n0\r\n\r\n");
  EXPECT_EQ(connection.receive().status, 401);
  // More than nginx reads at once, sent in parts.
  const std::string large(300'000, 'x');
  connection.send("POST /devices HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
  EXPECT_EQ(connection.receive().status, 401);
  EXPECT_TRUE(connection.send(large));
  connection.send(HttpRequest{.target = "/devices/1", .headers = {bearer(key_)}}.str());
  EXPECT_EQ(connection.receive().status, 200);
  EXPECT_EQ(upstream().count(), 1U);
}

TEST_F(Protocol, ABrokenBodyOfARefusedCallEndsTheConnection) {
  start();
  HttpConnection connection(gateway());
  connection.send(
      "POST /devices HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk\r\n"
      "GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.receive().status, 401);
  EXPECT_EQ(connection.receive_rest(), "");
  EXPECT_EQ(upstream().count(), 0U);
}

TEST_F(Protocol, AClientThatAsksFirstIsRefusedWithoutBeingToldToGoOn) {
  start();
  HttpConnection connection(gateway());
  connection.send(
      "POST /devices HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.receive().status, 401);
}

TEST_F(Protocol, AnAllowedBodyGoesUpstream) {
  start();
  const Received seen = forwarded({.method = "POST",
                                   .target = "/devices",
                                   .headers = {bearer(key_), {"Content-Type", "application/json"}},
                                   .body = R"({"name":"pump"})"});
  EXPECT_EQ(seen.body, R"({"name":"pump"})");
  EXPECT_EQ(seen.header("Content-Type"), "application/json");
}

TEST_F(Protocol, ARefusedHeadHasNoBody) {
  start();
  HttpConnection connection(gateway());
  connection.send(HttpRequest{.method = "HEAD", .target = "/devices/1"}.str());
  const HttpResponse response = connection.receive(Awaits::kNoBody);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
  connection.send(HttpRequest{.target = "/devices/1", .headers = {bearer(key_)}}.str());
  EXPECT_THAT(connection.receive().status_line, StartsWith("HTTP/1.1 200"));
}

TEST_F(Protocol, PipelinedCallsAreJudgedEachByItself) {
  start();
  HttpConnection connection(gateway());
  const std::string refused = HttpRequest{.target = "/devices/1"}.str();
  const std::string allowed = HttpRequest{.target = "/devices/1", .headers = {bearer(key_)}}.str();
  connection.send(allowed + refused + allowed + refused);
  for (const int status : {200, 401, 200, 401}) EXPECT_EQ(connection.receive().status, status);
}

/// Asks by HTTP/2 over the gateway's socket without TLS; returns the status, 0 if that failed.
long ask_http2(const Endpoint& endpoint, const std::string& authorization) {
  CURL* curl = curl_easy_init();
  long status = 0;
  curl_slist* headers = nullptr;
  if (!authorization.empty())
    headers = curl_slist_append(headers, ("Authorization: " + authorization).c_str());
  headers = curl_slist_append(headers, "Claviger-User-Id: forged");
  curl_easy_setopt(curl, CURLOPT_URL, "http://localhost/devices/1");
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, endpoint.path.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION,
      +[](char*, size_t size, size_t count, void*) { return size * count; });
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return status;
}

TEST_F(Protocol, Http2IsJudgedAlike) {
  start("listen unix:{dir}/http2.sock http2;" + std::string(kGuardedLocations));
  const Endpoint endpoint = nginx().socket("http2.sock");
  EXPECT_EQ(ask_http2(endpoint, ""), 401);
  EXPECT_EQ(ask_http2(endpoint, "Bearer nonsense"), 401);
  EXPECT_EQ(upstream().count(), 0U);
  EXPECT_EQ(ask_http2(endpoint, key_.bearer()), 200);
  ASSERT_EQ(upstream().count(), 1U);
  EXPECT_EQ(upstream().requests()[0].header("Claviger-User-Id"), world().user().id.str());
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(Protocol, N10_ARequestForAnotherHostThanTlsWasMadeForIsMisdirected) {
  const Certificate certificate;
  start("listen unix:{dir}/tls.sock ssl; ssl_certificate " + certificate.file() +
        "; ssl_certificate_key " + certificate.file() + ';' + std::string(kGuardedLocations));
  const Endpoint endpoint = nginx().socket("tls.sock");
  const auto status = [&](const std::string& server_name, const std::string& host) {
    TlsConnection connection(endpoint, server_name);
    connection.send(HttpRequest{.target = "/devices/1",
                                .headers = {{"Host", host}, {"Connection", "close"}, bearer(key_)}}
                        .str());
    const std::string answer = connection.receive_rest();
    return answer.substr(0, answer.find("\r\n"));
  };
  EXPECT_THAT(status("api.example", "api.example"), HasSubstr(" 200 "));
  EXPECT_THAT(status("API.example", "api.EXAMPLE:443"), HasSubstr(" 200 "));
  EXPECT_THAT(status("", "api.example"), HasSubstr(" 200 "));
  EXPECT_EQ(upstream().count(), 3U);
  EXPECT_THAT(status("other.example", "api.example"), HasSubstr(" 421 "));
  EXPECT_THAT(status("api.example", "other.example"), HasSubstr(" 421 "));
  EXPECT_EQ(upstream().count(), 3U);
}

}  // namespace
}  // namespace claviger::test
