#include "claviger/http/server.h"

#include "server_for_test.h"

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr std::string_view kGet = "GET /v1/keys/1 HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kSlow = "GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post_head(std::string_view more) {
  return "POST /v1/echo HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

TEST(Server, ConnectionServesOneRequestAfterAnother) {
  TestServer server;
  RawSocket socket(server.port());
  for (int i = 0; i < 3; ++i) {
    socket.send(kGet);
    const std::string response = socket.read_response();
    EXPECT_EQ(body_in(response), "key 1");
    EXPECT_THAT(response, Not(HasSubstr("Connection:")));
  }
}

TEST(Server, PipelinedRequestsAreAnsweredInTheirOrder) {
  TestServer server;
  RawSocket socket(server.port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /v1/keys/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    requests += post_head("Content-Type: text/plain\r\nContent-Length: 3\r\n") + "abc";
  }
  socket.send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(body_in(socket.read_response()), "key " + std::to_string(i));
    EXPECT_EQ(body_in(socket.read_response()), "abc");
  }
}

TEST(Server, RequestMayArriveByteByByte) {
  TestServer server;
  RawSocket socket(server.port());
  const std::string request =
      post_head("Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n") +
      "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
  for (char c : request) {
    socket.send({&c, 1});
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(body_in(socket.read_response()), "abcd");
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/keys/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(socket.read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST(Server, OldClientsKeepTheConnectionIfTheyAsk) {
  TestServer server;
  RawSocket socket(server.port());
  for (int i = 0; i < 2; ++i) {
    socket.send("GET /v1/keys/1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(socket.read_response(), HasSubstr("Connection: keep-alive\r\n"));
  }
  socket.send("GET /v1/keys/1 HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_THAT(socket.read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST(Server, EveryResponseCarriesTheStandingHeaders) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(kGet);
  const std::string response = socket.read_response();
  EXPECT_THAT(response, HasSubstr("\r\nDate: Sun, 22 Nov 2026 18:00:00 GMT\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nCache-Control: private, no-cache\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nX-Request-Id: "));
  EXPECT_THAT(response, Not(HasSubstr("\r\nServer:")));
}

TEST(Server, HandlerChoosesCachingButNotFraming) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/headers HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string response = socket.read_response();
  EXPECT_THAT(response, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(response, Not(HasSubstr("private, no-cache")));
  EXPECT_THAT(response, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(body_in(response), "");
}

TEST(Server, SaneRequestIdIsKeptAndAnyOtherReplaced) {
  TestServer server;
  RawSocket socket(server.port());
  const auto id_for = [&](std::string_view sent) {
    socket.send("GET /v1/peer HTTP/1.1\r\nHost: a\r\n" + std::string(sent) + "\r\n");
    return std::string(body_in(socket.read_response()));
  };
  EXPECT_EQ(id_for("X-Request-Id: trace-1.a_B\r\n"), "127.0.0.1 trace-1.a_B");
  for (std::string_view sent :
       {"", "X-Request-Id: a b\r\n", "X-Request-Id:\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n",
        "X-Request-Id: "
        "12345678901234567890123456789012345678901234567890123456789012345"
        "\r\n"}) {
    EXPECT_THAT(id_for(sent), MatchesRegex("127.0.0.1 [0-9a-f]{32}")) << sent;
  }
}

TEST(Server, HeadIsAnsweredByGetWithoutTheBody) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("HEAD /v1/keys/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string response = socket.read_to_end();
  EXPECT_EQ(status_in(response), 200);
  EXPECT_THAT(response, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_EQ(body_in(response), "");
}

TEST(Server, UnknownPathAndMethodAreAnsweredAndTheConnectionGoesOn) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/keys/1/ HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string not_found = socket.read_response();
  EXPECT_EQ(status_in(not_found), 404);
  EXPECT_THAT(not_found, HasSubstr("\"type\":\"/problems/not-found\""));
  socket.send("DELETE /v1/keys/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string not_allowed = socket.read_response();
  EXPECT_EQ(status_in(not_allowed), 405);
  EXPECT_THAT(not_allowed, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  socket.send(kGet);
  EXPECT_EQ(status_in(socket.read_response()), 200);
}

TEST(Server, BodyBeyondTheRoutesLimitIsRefusedBeforeItIsSent) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: text/plain\r\nContent-Length: 1001\r\n"));
  const std::string response = socket.read_response();
  EXPECT_EQ(status_in(response), 413);
  EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
}

TEST(Server, BodyOfExactlyTheLimitPasses) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: text/plain\r\nContent-Length: 1000\r\n") +
              std::string(1000, 'x'));
  EXPECT_EQ(status_in(socket.read_response()), 200);
}

TEST(Server, ChunksBeyondTheRoutesLimitAreRefused) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n") + "3e8\r\n" +
              std::string(1000, 'x') + "\r\n1\r\nx\r\n");
  EXPECT_EQ(status_in(socket.read_response()), 413);
}

TEST(Server, BodyOfAnotherTypeIsRefusedBeforeItIsSent) {
  TestServer server;
  for (std::string_view headers :
       {"Content-Type: text/html\r\n", "", "Content-Type: text/plainer\r\n",
        "Content-Type: text/plain\r\nContent-Type: text/plain\r\n",
        "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n"}) {
    RawSocket socket(server.port());
    socket.send(post_head(std::string(headers) + "Content-Length: 5\r\n"));
    EXPECT_EQ(status_in(socket.read_response()), 415) << headers;
  }
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: Text/Plain ; charset=utf-8\r\nContent-Length: 5\r\n") +
              "hello");
  EXPECT_EQ(body_in(socket.read_response()), "hello");
}

TEST(Server, RouteWithoutBodyTakesNone) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/keys/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status_in(socket.read_response()), 200);
  socket.send("GET /v1/keys/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(status_in(socket.read_response()), 413);
}

TEST(Server, ClientThatUploadsOnStillReadsTheRefusal) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: text/plain\r\nContent-Length: 5000000\r\n"));
  for (int i = 0; i < 50; ++i) socket.send(std::string(100'000, 'x'));
  EXPECT_EQ(status_in(socket.read_response()), 413);
}

TEST(Server, WaitingClientIsToldToContinue) {
  TestServer server;
  RawSocket socket(server.port());
  const std::string_view headers =
      "Content-Type: text/plain\r\nContent-Length: 5\r\nExpect: 100-continue\r\n";
  socket.send(post_head(headers));
  EXPECT_EQ(socket.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("hello");
  EXPECT_EQ(body_in(socket.read_response()), "hello");
  // And not where the body would be refused.
  socket.send(
      post_head("Content-Type: text/html\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(status_in(socket.read_response()), 415);
}

TEST(Server, C22_ALongBodyOfSomebodyWhoIsNotAdmittedIsNotRead) {
  TestServer server;
  const auto post = [](std::string_view more) {
    return "POST /v1/guarded HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n" +
           std::string(more) + "\r\n";
  };
  for (const std::string_view framing :
       {"Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n",
        "Content-Length: 100000\r\nExpect: 100-continue\r\n"}) {
    RawSocket socket(server.port());
    socket.send(post(framing));
    EXPECT_EQ(status_in(socket.read_response()), 401) << framing << "and not a byte of it sent";
  }
  const std::string body(100'000, 'x');
  RawSocket socket(server.port());
  socket.send(post("Authorization: Bearer x\r\nContent-Length: 100000\r\n") + body);
  EXPECT_EQ(body_in(socket.read_response()), body);
  socket.send(post("Content-Length: 5\r\n") + "hello");
  EXPECT_EQ(body_in(socket.read_response()), "hello") << "a short one is the handler's to refuse";
}

TEST(Server, UpgradeIsNotTaken) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(
      "GET /v1/keys/1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(status_in(socket.read_response()), 200);
}

TEST(Server, HandlerThatThrowsGivesAProblemWithoutTheReason) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/throw HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string response = socket.read_response();
  EXPECT_EQ(status_in(response), 500);
  EXPECT_THAT(response, Not(HasSubstr("secret detail")));
  socket.send(kGet);
  EXPECT_EQ(status_in(socket.read_response()), 200);
}

TEST(Server, HeaderWithALineBreakIsNeverSent) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/split HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string response = socket.read_response();
  EXPECT_EQ(status_in(response), 500);
  EXPECT_THAT(response, Not(HasSubstr("X-Evil")));
}

TEST(Server, LargeResponseReachesASlowReaderWhole) {
  TestServer server;
  RawSocket socket(server.port());
  socket.send("GET /v1/large HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(50));  // lets the socket's buffers run full
  EXPECT_EQ(body_in(socket.read_response()).size(), 8U * 1024 * 1024);
  socket.send(kGet);
  EXPECT_EQ(body_in(socket.read_response()), "key 1");
}

TEST(Server, SlowHeadTimesOut) {
  TestServer server({.head_timeout = milliseconds(100)});
  RawSocket socket(server.port());
  const auto begun = steady_clock::now();
  socket.send("GET /v1/keys/1 HTTP/1.1\r\nHost:");
  const std::string response = socket.read_response();
  EXPECT_EQ(status_in(response), 408);
  EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
  EXPECT_LT(steady_clock::now() - begun, milliseconds(2000));
}

TEST(Server, DribblingDoesNotExtendTheHeadsTime) {
  TestServer server({.head_timeout = milliseconds(200)});
  RawSocket socket(server.port());
  socket.send("GET /v1/keys/1 HTTP/1.1\r\nX-A: ");
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    socket.send("x");
  }
  EXPECT_EQ(status_in(socket.read_response()), 408);
}

TEST(Server, SlowBodyTimesOut) {
  TestServer server({.body_timeout = milliseconds(100)});
  RawSocket socket(server.port());
  socket.send(post_head("Content-Type: text/plain\r\nContent-Length: 5\r\n") + "hel");
  EXPECT_EQ(status_in(socket.read_response()), 408);
}

TEST(Server, SilentConnectionsAreClosed) {
  TestServer server({.head_timeout = milliseconds(100), .idle_timeout = milliseconds(100)});
  RawSocket silent(server.port());
  EXPECT_TRUE(silent.is_closed());
  RawSocket idle(server.port());
  idle.send(kGet);
  EXPECT_EQ(status_in(idle.read_response()), 200);
  EXPECT_TRUE(idle.is_closed());
}

TEST(Server, ReaderThatDoesNotReadIsGivenUp) {
  TestServer server({.write_timeout = milliseconds(20)});
  RawSocket socket(server.port());
  socket.send("GET /v1/large HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_LT(socket.read_to_end().size(), 8U * 1024 * 1024);
}

TEST(Server, LongestWaitingConnectionMakesRoomForANewOne) {
  TestServer server({.max_connections = 2});
  RawSocket oldest(server.port());
  oldest.send(kGet);
  oldest.read_response();
  RawSocket slow(server.port());
  slow.send(kSlow);
  server.gate.wait_for_arrivals(1);
  RawSocket newest(server.port());
  newest.send(kGet);
  EXPECT_EQ(status_in(newest.read_response()), 200);
  EXPECT_TRUE(oldest.is_closed());
  server.gate.open();
  EXPECT_EQ(body_in(slow.read_response()), "at last");
}

TEST(Server, NewConnectionIsRefusedWhereAllAreBusy) {
  TestServer server({.max_connections = 1});
  RawSocket busy(server.port());
  busy.send(kSlow);
  server.gate.wait_for_arrivals(1);
  RawSocket refused(server.port());
  EXPECT_EQ(status_in(refused.read_to_end()), 503);
  server.gate.open();
  EXPECT_EQ(body_in(busy.read_response()), "at last");
}

TEST(Server, RequestBeyondTheQueueIsRefusedWithoutWork) {
  TestServer server({.worker_threads = 1, .max_waiting_requests = 1});
  RawSocket working(server.port());
  working.send(kSlow);
  server.gate.wait_for_arrivals(1);
  // Of two more, one waits in the line and one is refused at once; both arrive on one connection
  // each, so that the order does not matter.
  std::array<RawSocket, 2> others{RawSocket(server.port()), RawSocket(server.port())};
  others[0].send(kSlow);
  std::this_thread::sleep_for(milliseconds(100));
  others[1].send(kSlow);
  const std::string refused = others[1].read_response();
  EXPECT_EQ(status_in(refused), 503);
  EXPECT_THAT(refused, HasSubstr("\r\nRetry-After: 1\r\n"));
  EXPECT_EQ(server.gate.arrivals(), 1);
  server.gate.open();
  EXPECT_EQ(body_in(working.read_response()), "at last");
  EXPECT_EQ(body_in(others[0].read_response()), "at last");
}

TEST(Server, StopLetsARequestInFlightEnd) {
  TestServer server;
  RawSocket busy(server.port());
  RawSocket idle(server.port());
  idle.send(kGet);
  idle.read_response();
  busy.send(kSlow);
  server.gate.wait_for_arrivals(1);
  server.server().stop(std::chrono::seconds(10));
  EXPECT_TRUE(idle.is_closed());
  server.gate.open();
  const std::string response = busy.read_to_end();
  EXPECT_EQ(body_in(response), "at last");
  EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
}

TEST(Server, StopClosesWhatIsNotReadyInTime) {
  TestServer server;
  RawSocket busy(server.port());
  busy.send(kSlow);
  server.gate.wait_for_arrivals(1);
  const auto begun = steady_clock::now();
  server.server().stop(milliseconds(50));
  EXPECT_TRUE(busy.is_closed());
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST(Server, StopBeforeRunMakesRunReturn) {
  const FixedClock clock;
  SystemRandom random;
  auto router = Router::build({});
  auto server = Server::listen({.io_threads = 2}, *std::move(router), clock, random);
  ASSERT_TRUE(server.has_value());
  (*server)->stop(milliseconds(0));
  (*server)->run();
}

TEST(Server, SeveralIoThreadsShareTheConnections) {
  TestServer server({.io_threads = 3});
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&server] {
      RawSocket socket(server.port());
      for (int j = 0; j < 50; ++j) {
        socket.send(kGet);
        EXPECT_EQ(body_in(socket.read_response()), "key 1");
      }
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST(Server, TakenPortIsAnErrorThatSaysSo) {
  TestServer server;
  const FixedClock clock;
  SystemRandom random;
  auto second = Server::listen({.port = server.port()}, *Router::build({}), clock, random);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().public_text().str(), HasSubstr(std::to_string(server.port())));
}

TEST(Server, SettingsWithoutSenseAreRefused) {
  const FixedClock clock;
  SystemRandom random;
  for (const ServerSettings& settings :
       {ServerSettings{.address = "localhost"}, ServerSettings{.worker_threads = 0},
        ServerSettings{.idle_timeout = milliseconds(0)}}) {
    auto server = Server::listen(settings, *Router::build({}), clock, random);
    ASSERT_FALSE(server.has_value());
    EXPECT_EQ(server.error().code(), ErrorCode::kInvalidInput);
  }
}

}  // namespace
}  // namespace claviger::http
