// The request gate, by raw bytes over a real connection (docs/threats.md, N10 to N15).
#include "server_for_test.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace claviger::http {
namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

/// A second request behind the first one: if the first was understood as shorter than it is, this
/// one would be answered too.
const std::string kSmuggled = "GET /v1/keys/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(headers) + "\r\n";
}

std::string post(std::string_view headers, std::string_view body) {
  return "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

class RequestGate : public testing::TestWithParam<Case> {};

TEST_P(RequestGate, RefusesOnceAndCloses) {
  TestServer server;
  const std::string answer = server.exchange(GetParam().bytes + kSmuggled);
  EXPECT_EQ(status_in(answer), GetParam().status) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\"requestId\":\""), std::string::npos) << answer;
  EXPECT_EQ(answer.find("\r\nDate:"), answer.rfind("\r\nDate:")) << "a second answer: " << answer;
  EXPECT_EQ(answer.find("smuggled"), std::string::npos) << answer;
}

INSTANTIATE_TEST_SUITE_P(
    Framing, RequestGate,
    testing::Values(
        Case{"LengthAndChunked",
             post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedAndLength",
             post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
        Case{"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        Case{"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        Case{"LengthWithPlus", post("Content-Length: +5\r\n", "hello"), 400},
        Case{"NegativeLength", post("Content-Length: -5\r\n", "hello"), 400},
        Case{"LengthList", post("Content-Length: 5, 5\r\n", "hello"), 400},
        Case{"HexadecimalLength", post("Content-Length: 0x5\r\n", "hello"), 400},
        Case{"EmptyLength", post("Content-Length:\r\n", "hello"), 400},
        Case{"OverflowingLength", post("Content-Length: 18446744073709551621\r\n", "hello"), 400},
        Case{"UnknownCoding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedThenIdentity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
             400},
        Case{"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
        Case{"TwoCodings",
             post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
             400},
        Case{"EmptyCoding", post("Transfer-Encoding:\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedInOldVersion",
             "POST /v1/echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             400},
        Case{"NegativeChunk", post("Transfer-Encoding: chunked\r\n", "-2\r\nab\r\n0\r\n\r\n"), 400},
        Case{"HexadecimalChunkPrefix",
             post("Transfer-Encoding: chunked\r\n", "0x2\r\nab\r\n0\r\n\r\n"), 400},
        Case{"OverflowingChunk",
             post("Transfer-Encoding: chunked\r\n", "10000000000000002\r\nab\r\n0\r\n\r\n"), 400},
        Case{"ChunkWithUnderscore",
             post("Transfer-Encoding: chunked\r\n", "1_0\r\nab\r\n0\r\n\r\n"), 400},
        Case{"ChunkExtension", post("Transfer-Encoding: chunked\r\n", "2;a=b\r\nab\r\n0\r\n\r\n"),
             400},
        Case{"ChunkEndedByBareLineFeed", post("Transfer-Encoding: chunked\r\n", "2\nab\n0\n\n"),
             400},
        Case{"ChunkLongerThanItsSize",
             post("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n"), 400},
        Case{"OtherExpectation", post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello"), 417}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Head, RequestGate,
    testing::Values(Case{"SpaceBeforeColon", get("/v1/keys/1", "Host : a\r\n"), 400},
                    Case{"FoldedLine", get("/v1/keys/1", "Host: a\r\nX-A: b\r\n c\r\n"), 400},
                    Case{"FoldedFirstLine", get("/v1/keys/1", " X-A: b\r\nHost: a\r\n"), 400},
                    Case{"BareLineFeed", "GET /v1/keys/1 HTTP/1.1\nHost: a\n\n", 400},
                    Case{"BareCarriageReturn", get("/v1/keys/1", "Host: a\r\nX-A: b\rc\r\n"), 400},
                    Case{"NulInValue", get("/v1/keys/1", "Host: a\r\nX-A: b\0c\r\n"s), 400},
                    Case{"NulInTarget", get("/v1/keys/\0"s, "Host: a\r\n"), 400},
                    Case{"EmptyLineFirst", "\r\nGET /v1/keys/1 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"NoHost", get("/v1/keys/1", "X-A: b\r\n"), 400},
                    Case{"NoHostInOldVersion", "GET /v1/keys/1 HTTP/1.0\r\n\r\n", 400},
                    Case{"TwoHosts", get("/v1/keys/1", "Host: a\r\nHost: b\r\n"), 400},
                    Case{"EmptyHost", get("/v1/keys/1", "Host:\r\n"), 400},
                    Case{"HostWithPath", get("/v1/keys/1", "Host: a/b\r\n"), 400},
                    Case{"HostWithUser", get("/v1/keys/1", "Host: a@b\r\n"), 400},
                    Case{"HugeHead",
                         get("/v1/keys/1", "Host: a\r\nX-A: " + std::string(65536, 'x') + "\r\n"),
                         431},
                    Case{"HugeTarget", get("/" + std::string(65536, 'x'), "Host: a\r\n"), 431},
                    Case{"OldestVersion", "GET /v1/keys/1\r\n\r\n", 400},
                    Case{"Version09", "GET /v1/keys/1 HTTP/0.9\r\nHost: a\r\n\r\n", 400},
                    Case{"Version19", "GET /v1/keys/1 HTTP/1.9\r\nHost: a\r\n\r\n", 400},
                    Case{"Version20", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
                    Case{"LowerCaseVersion", "GET /v1/keys/1 http/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"BadMethod", "G(T /v1/keys/1 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"TwoSpaces", "GET  /v1/keys/1 HTTP/1.1\r\nHost: a\r\n\r\n", 400}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Target, RequestGate,
    testing::Values(Case{"AbsoluteForm", get("http://a/v1/keys/1", "Host: a\r\n"), 400},
                    Case{"AuthorityForm", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Case{"Fragment", get("/v1/keys/1#x", "Host: a\r\n"), 400},
                    Case{"FragmentInQuery", get("/v1/keys/1?a=b#x", "Host: a\r\n"), 400},
                    Case{"Backslash", get("/v1\\keys/1", "Host: a\r\n"), 400},
                    Case{"Control", get("/v1/keys/\x01", "Host: a\r\n"), 400},
                    Case{"RawHighByte", get("/v1/keys/\xC3\xA4", "Host: a\r\n"), 400},
                    Case{"BrokenEscape", get("/v1/keys/%4", "Host: a\r\n"), 400},
                    Case{"BrokenEscapeInQuery", get("/v1/keys/1?a=%zz", "Host: a\r\n"), 400},
                    Case{"DotSegment", get("/v1/keys/../keys/1", "Host: a\r\n"), 400},
                    Case{"EncodedDotSegment", get("/v1/keys/%2e%2e/1", "Host: a\r\n"), 400},
                    Case{"EncodedSlash", get("/v1/keys/a%2fb", "Host: a\r\n"), 400},
                    Case{"EncodedBackslash", get("/v1/keys/a%5Cb", "Host: a\r\n"), 400},
                    Case{"EncodedNul", get("/v1/keys/a%00b", "Host: a\r\n"), 400},
                    Case{"EncodedLetter", get("/v1/%6beys/1", "Host: a\r\n"), 400},
                    Case{"OverlongUtf8", get("/v1/keys/%c0%af", "Host: a\r\n"), 400},
                    Case{"EmptySegment", get("/v1//keys/1", "Host: a\r\n"), 400}),
    [](const auto& test) { return test.param.name; });

TEST(RequestGateLimits, HundredHeadersAreReadAndOneMoreIsNot) {
  TestServer server;
  std::string headers = "Host: a\r\nConnection: close\r\n";
  for (int i = 0; i < 98; ++i) headers += "X-A: b\r\n";
  EXPECT_EQ(status_in(server.exchange(get("/v1/keys/1", headers))), 200);
  EXPECT_EQ(status_in(server.exchange(get("/v1/keys/1", headers + "X-A: b\r\n"))), 431);
}

TEST(RequestGateLimits, ChunkHeadThatNeverEndsIsRefused) {
  TestServer server;
  const std::string answer =
      server.exchange(post("Transfer-Encoding: chunked\r\n", "2" + std::string(100'000, ' ')));
  EXPECT_EQ(status_in(answer), 400) << answer;
}

TEST(RequestGateLimits, WhatIsWellFormedPasses) {
  TestServer server;
  const std::string close = "Host: a.example:8080\r\nConnection: close\r\n";
  EXPECT_EQ(status_in(server.exchange(get("/v1/keys/%C3%A4%20b?x=%23+y&x", close))), 200);
  EXPECT_EQ(status_in(server.exchange("GET /v1/keys/1 HTTP/1.0\r\nHost: [::1]:80\r\n\r\n")), 200);
  const std::string chunked = post("Transfer-Encoding: Chunked\r\nConnection: close\r\n",
                                   "5\r\nhello\r\n6\r\n world\r\n000\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(body_in(server.exchange(chunked)), "hello world");
}

// ---- what is refused below a path that has a form of its own

class AnotherForm : public testing::TestWithParam<Case> {};

TEST_P(AnotherForm, IsThatOfEveryRefusalBelowItsPath) {
  TestServer server({.head_timeout = std::chrono::milliseconds(200),
                     .body_timeout = std::chrono::milliseconds(200)});
  RawSocket socket(server.port());
  socket.send(GetParam().bytes);
  const std::string answer = socket.read_to_end();
  EXPECT_EQ(status_in(answer), GetParam().status) << answer;
  EXPECT_NE(answer.find("another form of "), std::string::npos) << answer;
  EXPECT_EQ(answer.find("application/problem+json"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("secret detail"), std::string::npos) << answer;
}

std::string post_there(std::string_view headers, std::string_view body = {}) {
  return "POST /other/throw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + std::string(headers) +
         "\r\n" + std::string(body);
}

const std::string kHostAndEnd = "Host: a\r\nConnection: close\r\n";

INSTANTIATE_TEST_SUITE_P(
    Refusals, AnotherForm,
    testing::Values(
        Case{"NoSuchPath", get("/other/none", kHostAndEnd), 404},
        Case{"ThePathItself", get("/other?a=1", kHostAndEnd), 404},
        Case{"NoSuchMethod", get("/other/throw", kHostAndEnd), 405},
        Case{"MalformedPath", get("/other//throw", kHostAndEnd), 400},
        Case{"MalformedQuery", get("/other/throw?a=%", kHostAndEnd), 400},
        Case{"NoHost", get("/other/throw", ""), 400},
        Case{"BrokenHead", "GET /other/throw HTTP/1.1\r\nHost: a\n\r\n", 400},
        Case{"NoHttp", "GET /other/throw HTCPCP/1.0\r\nHost: a\r\n\r\n", 400},
        Case{"MediaType", post_there("Content-Type: a/b\r\nContent-Length: 1\r\n"), 415},
        Case{"LongBody", post_there("Content-Type: text/plain\r\nContent-Length: 1001\r\n"), 413},
        Case{"BrokenChunks",
             post_there("Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n", "x\r\n"),
             400},
        Case{"Expectation", post_there("Expect: coffee\r\n"), 417},
        Case{"LongHead", get("/other/throw", "A: " + std::string(20'000, 'a') + "\r\n"), 431},
        Case{"LongTarget", "GET /other/" + std::string(20'000, 'a'), 431},
        Case{"SlowHead", "GET /other/throw HTTP/1.1\r\nHost:", 408},
        Case{"SlowBody", post_there("Content-Type: text/plain\r\nContent-Length: 2\r\n", "x"), 408},
        Case{"Exception", post_there("Content-Length: 0\r\n"), 500},
        Case{"HeaderThatCannotBeSent", get("/other/split", kHostAndEnd), 500}),
    [](const auto& tested) { return tested.param.name; });

TEST(AnotherForm, EndsWhereItsPathEnds) {
  TestServer server;
  for (const std::string_view target : {"/others", "/", "/v1/other/x", "/%6Fther/throw"}) {
    const std::string answer = server.exchange(get(target, kHostAndEnd));
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << answer;
  }
}

}  // namespace
}  // namespace claviger::http
