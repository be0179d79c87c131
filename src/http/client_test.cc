#include "claviger/http/client.h"

#include "server_for_test.h"

#include <array>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::http {
namespace {

using testing::HasSubstr;

class ClientTest : public testing::Test {
 protected:
  ClientRequest request(std::string method, const std::string& path) {
    return {.method = std::move(method),
            .url = "http://127.0.0.1:" + std::to_string(server_.port()) + path,
            .headers = {},
            .body = {},
            .timeout = std::chrono::seconds(10)};
  }

  TestServer server_;
  Client client_{ClientSettings{}};
  Secret no_token_;
};

TEST_F(ClientTest, BringsBackStatusHeadersAndBody) {
  const auto response = client_.send(request("GET", "/v1/keys/7"), no_token_);
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "key 7");
  EXPECT_EQ(response->headers.one("content-type")->value(), "text/plain");
}

TEST_F(ClientTest, SendsABodyAndReusesTheConnection) {
  for (int i = 0; i < 3; ++i) {
    ClientRequest post = request("POST", "/v1/echo");
    post.headers.add({"Content-Type", "text/plain"});
    post.body = "hello";
    const auto response = client_.send(post, no_token_);
    ASSERT_TRUE(response.has_value()) << response.error().public_text().str();
    EXPECT_EQ(response->body, "hello");
  }
  EXPECT_EQ(client_.send(request("HEAD", "/v1/keys/7"), no_token_)->body, "");
  EXPECT_EQ(client_.send(request("GET", "/v1/keys/7"), no_token_)->body, "key 7");
  EXPECT_EQ(client_.send(request("DELETE", "/v1/keys/7"), no_token_)->status, 405);
}

TEST_F(ClientTest, TokenGoesWithItsOwnRequestAlone) {
  EXPECT_EQ(client_.send(request("GET", "/v1/token"), Secret("clv_pat_x"))->body,
            "Bearer clv_pat_x");
  EXPECT_EQ(client_.send(request("GET", "/v1/token"), no_token_)->body, "none");
}

TEST_F(ClientTest, RedirectIsNotFollowed) {
  const auto response = client_.send(request("GET", "/v1/redirect"), no_token_);
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 302);
}

TEST_F(ClientTest, ResponseBeyondTheLimitIsRefused) {
  Client small({.ca_file = {}, .max_response_bytes = 1000});
  const auto response = small.send(request("GET", "/v1/large"), no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error().public_text().str(), HasSubstr("larger than 1000 bytes"));
}

TEST_F(ClientTest, TimeOutIsTold) {
  ClientRequest slow = request("GET", "/v1/slow");
  slow.timeout = std::chrono::milliseconds(100);
  const auto response = client_.send(slow, no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().public_text().str(), HasSubstr("did not answer within 0.1 seconds"));
}

TEST_F(ClientTest, AbsentServerIsToldInASentence) {
  const ClientRequest get = request("GET", "/v1/keys/7?secret=1");
  server_.stop(std::chrono::milliseconds(0));
  const auto response = client_.send(get, no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().public_text().str(),
            "Cannot reach http://127.0.0.1:" + std::to_string(server_.port()) +
                ": connection refused. Is the server running?");
}

/// Takes two connections: the first one it closes without a word, the second one it answers.
class LossyServer {
 public:
  LossyServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 2) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
      throw std::runtime_error("no socket to listen on");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~LossyServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  LossyServer(const LossyServer&) = delete;
  LossyServer& operator=(const LossyServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve() const {
    for (const std::string_view answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      std::array<char, 4096> request{};
      if (::recv(connection, request.data(), request.size(), 0) > 0 && !answer.empty())
        ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }

  int listener_;
  int port_ = 0;
  std::thread thread_;
};

TEST_F(ClientTest, WhatMayComeTwiceIsSentOnceMoreWhenTheConnectionIsLost) {
  const LossyServer lossy;
  ClientRequest post = request("POST", "/");
  post.url = lossy.url();
  post.repeat = Repeat::kOnceIfLost;
  const auto response = client_.send(post, no_token_);
  ASSERT_TRUE(response.has_value()) << response.error().public_text().str();
  EXPECT_EQ(response->body, "ok");
}

TEST_F(ClientTest, WhatMustNotComeTwiceIsNot) {
  const LossyServer lossy;
  ClientRequest post = request("POST", "/");
  post.url = lossy.url();
  const auto response = client_.send(post, no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
}

TEST_F(ClientTest, OtherSchemesAndBrokenHeadersAreNotSent) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://a", "", "http://", "a b"}) {
    ClientRequest get = request("GET", "/");
    get.url = url;
    const auto response = client_.send(get, no_token_);
    ASSERT_FALSE(response.has_value()) << url;
    EXPECT_EQ(response.error().code(), ErrorCode::kInvalidInput) << url;
  }
  ClientRequest get = request("GET", "/");
  get.headers.add({"X-A", "b\r\nX-Evil: 1"});
  EXPECT_EQ(client_.send(get, no_token_).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(ClientTest, PlainServerBehindHttpsIsRefused) {
  ClientRequest get = request("GET", "/v1/keys/7");
  get.url.replace(0, 4, "https");
  const auto response = client_.send(get, no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
}

TEST_F(ClientTest, MissingCaFileIsNamed) {
  Client client({.ca_file = "/nonexistent/ca.pem"});
  ClientRequest get = request("GET", "/v1/keys/7");
  get.url.replace(0, 4, "https");
  const auto response = client.send(get, no_token_);
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error().public_text().str(), HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace claviger::http
