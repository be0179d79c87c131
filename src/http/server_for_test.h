// A server on a free port of the loopback interface, with routes that tests ask for.
#pragma once

#include "raw_socket_for_test.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/http/server.h"

namespace claviger::http {

/// Handlers stop here until a test lets them go.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return open_; });
  }

  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return arrived_ >= count; });
  }

  int arrivals() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int arrived_ = 0;
};

/// A moment of its own, so that a Date header can be expected.
class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_microseconds(1'795'370'400'000'000); }
};

class TestServer {
 public:
  explicit TestServer(ServerSettings settings = {}) {
    auto router = Router::build(routes(), {{.base = "/other", .response = in_another_form}});
    EXPECT_TRUE(router.has_value());
    auto server = Server::listen(std::move(settings), *std::move(router), clock_, random_);
    EXPECT_TRUE(server.has_value());
    server_ = *std::move(server);
    thread_ = std::thread([this] { server_->run(); });
  }

  ~TestServer() {
    gate.open();
    stop(std::chrono::milliseconds(0));
  }

  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// Stops the server and waits for it.
  void stop(std::chrono::milliseconds grace) {
    server_->stop(grace);
    if (thread_.joinable()) thread_.join();
  }

  Server& server() { return *server_; }

  std::uint16_t port() { return server_->port(); }

  /// Sends `bytes` on a connection of their own and reads all that comes back.
  std::string exchange(std::string_view bytes) {
    RawSocket socket(port());
    socket.send(bytes);
    socket.end_sending();
    return socket.read_to_end();
  }

  Gate gate;  ///< what GET /v1/slow waits at

 private:
  static Route route(std::string method, std::string path, std::size_t max_body_bytes,
                     Handler handler) {
    std::vector<std::string> types;
    if (max_body_bytes > 0) types = {"application/json", "text/plain"};
    return {.method = std::move(method),
            .path = std::move(path),
            .max_body_bytes = max_body_bytes,
            .content_types = std::move(types),
            .time_budget = std::chrono::seconds(10),
            .handler = std::move(handler)};
  }

  static Response text(std::string body) {
    return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
  }

  static Response in_another_form(const Problem& problem, std::string_view request_id) {
    Response response =
        text("another form of " + problem.code + " in " + std::string(request_id) + '\n');
    response.status = problem.status;
    return response;
  }

  std::vector<Route> routes() {
    std::vector<Route> all;
    all.push_back(
        route("POST", "/other/throw", 1000, [](const Request&, const PathParameters&) -> Response {
          throw std::runtime_error("secret detail");
        }));
    all.push_back(
        route("GET", "/other/split", 0, [](const Request&, const PathParameters&) -> Response {
          return {.status = 200, .headers = {{"Location", "/a\r\nX-Evil: 1"}}, .body = {}};
        }));
    all.push_back(route("GET", "/v1/keys/{id}", 0, [](const Request&, const PathParameters& path) {
      return text("key " + std::string(path.get("id")));
    }));
    all.push_back(
        route("POST", "/v1/echo", 1000,
              [](const Request& request, const PathParameters&) { return text(request.body); }));
    Route guarded =
        route("POST", "/v1/guarded", 1 << 20,
              [](const Request& request, const PathParameters&) { return text(request.body); });
    guarded.admission = [](const Request& request) -> std::optional<Response> {
      if (request.headers.has("Authorization")) return std::nullopt;
      return Response{.status = 401, .headers = {}, .body = {}};
    };
    all.push_back(std::move(guarded));
    all.push_back(route("GET", "/v1/slow", 0, [this](const Request&, const PathParameters&) {
      gate.pass();
      return text("at last");
    }));
    all.push_back(route("GET", "/v1/large", 0, [](const Request&, const PathParameters&) {
      return text(std::string(8 * 1024 * 1024, 'x'));
    }));
    all.push_back(
        route("GET", "/v1/throw", 0, [](const Request&, const PathParameters&) -> Response {
          throw std::runtime_error("secret detail");
        }));
    all.push_back(
        route("GET", "/v1/split", 0, [](const Request&, const PathParameters&) -> Response {
          return {.status = 200, .headers = {{"Location", "/a\r\nX-Evil: 1"}}, .body = {}};
        }));
    all.push_back(
        route("GET", "/v1/headers", 0, [](const Request&, const PathParameters&) -> Response {
          return {.status = 204,
                  .headers = {{"Cache-Control", "no-store"}, {"Content-Length", "7"}},
                  .body = "dropped"};
        }));
    all.push_back(route("GET", "/v1/token", 0, [](const Request& request, const PathParameters&) {
      return text(std::string(request.headers.one("Authorization")->value_or("none")));
    }));
    all.push_back(
        route("GET", "/v1/redirect", 0, [](const Request&, const PathParameters&) -> Response {
          return {.status = 302, .headers = {{"Location", "/v1/keys/1"}}, .body = {}};
        }));
    all.push_back(route("GET", "/v1/peer", 0, [](const Request& request, const PathParameters&) {
      return text(request.peer_address + " " + request.id);
    }));
    return all;
  }

  FixedClock clock_;
  SystemRandom random_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace claviger::http
