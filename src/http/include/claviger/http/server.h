// The HTTP/1.1 server.
//
//   auto server = TRY(Server::listen(settings, std::move(router), clock, random));
//   std::thread signals([&] { wait_for_sigterm(); server->stop(std::chrono::seconds(10)); });
//   server->run();
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "claviger/base/random.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/http/router.h"

namespace claviger::http {

struct ServerSettings {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6, in figures
  std::uint16_t port = 0;             ///< 0: any free one, see Server::port()

  /// Beyond it, the connection that has waited longest without a complete head is closed for the
  /// new one; where all are busy, the new one gets 503. The process needs as many file descriptors.
  std::size_t max_connections = 10'000;
  std::size_t max_head_bytes = 16 * 1024;

  std::chrono::milliseconds head_timeout = std::chrono::seconds(10);   ///< first byte to empty line
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);   ///< the whole body
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);   ///< between two requests
  std::chrono::milliseconds write_timeout = std::chrono::seconds(30);  ///< per MiB of a response

  std::size_t worker_threads = 64;
  /// Requests that may wait for a worker; beyond, a request is answered with 503 at once.
  std::size_t max_waiting_requests = 1024;
  std::size_t io_threads = 1;
};

/// Reads requests on its I/O threads and runs their handlers on worker threads; what is no proper
/// request (request_gate.h), finds no route, or is too large for its route is answered without
/// reading its body. The requests of one connection are answered in their order. No request and no
/// handler ends the process: what a handler throws becomes a 500 and a line in the log.
///
/// Each response carries X-Request-Id, Date, `X-Content-Type-Options: nosniff`, and, unless the
/// handler chose otherwise, `Cache-Control: private, no-cache`. Each request leaves one line in the
/// log (info, "request"): method, route, status, duration_s, request_id; never its query or body.
class Server {
 public:
  /// Binds and listens; connections wait until run(). `clock` (for Date) and `random` (for request
  /// ids) outlive the server. kUnavailable, in a sentence for the operator, if the address cannot
  /// be had; kInvalidInput if a setting makes no sense.
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(ServerSettings settings,
                                                              Router router, const Clock& clock,
                                                              Random& random);

  /// run() must have returned, or never have been called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port that is bound.
  [[nodiscard]] std::uint16_t port() const;

  /// Serves until stop() is called. Uses the calling thread as the first I/O thread, and returns
  /// when every thread of the server has ended. To be called once.
  void run();

  /// Ends run(), from any thread, but not from a signal handler. New connections are refused and
  /// idle ones closed at once; a request whose head has arrived is answered, if it is ready within
  /// `grace`. Then its connection is closed; a handler that still runs is waited for, though, as a
  /// thread cannot be ended from outside. Returns at once; the first call counts. Called before
  /// run(), it makes run() return at once.
  void stop(std::chrono::milliseconds grace);

 private:
  class State;

  explicit Server(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace claviger::http
