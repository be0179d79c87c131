// One I/O thread: its connections, their time limits, and what they share.
#pragma once

#include "worker_pool.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/http/router.h"
#include "claviger/http/server.h"

namespace claviger::http {

class Connection;

using Moment = std::chrono::steady_clock::time_point;

/// What every loop of a server uses. All of it is immutable or thread-safe.
struct Shared {
  ServerSettings settings;
  Router router;
  const Clock& clock;
  Random& random;
  WorkerPool workers;
  std::atomic<std::size_t> connections = 0;
};

/// Everything but context() and request_stop() belongs to the thread that is in run().
class Loop {
 public:
  using Connections = std::list<std::shared_ptr<Connection>>;

  explicit Loop(Shared& shared);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  /// Returns when stop was requested and the last connection is gone.
  void run();

  /// Thread-safe: lets requests in flight end until `deadline`.
  void request_stop(Moment deadline);

  /// Serves a new connection, at the cost of a waiting one if the server is full.
  void adopt(boost::asio::ip::tcp::socket socket);

  // For connections.

  [[nodiscard]] Shared& shared() { return shared_; }

  [[nodiscard]] bool stopping() const { return stop_deadline_.has_value(); }

  /// Room to read into, for the time of one call: connections that wait hold no buffer.
  [[nodiscard]] std::array<char, 64 * 1024>& scratch() { return scratch_; }

  /// The present second as a Date header has it.
  [[nodiscard]] std::string_view date();

  /// `place` begins to wait: it is the last to be given up for a new connection.
  void begins_to_wait(Connections::iterator place);
  void remove(Connections::iterator place);

 private:
  void schedule_tick();
  void tick();
  void stop(Moment deadline);

  [[nodiscard]] bool drained() const { return stopping() && connections_.empty(); }

  void end_if_drained();
  [[nodiscard]] bool give_up_a_waiting_connection();

  Shared& shared_;
  const std::chrono::milliseconds tick_interval_;
  Connections connections_;  ///< those that wait, in the order in which they began to
  std::optional<Moment> stop_deadline_;
  std::string date_;
  Time date_second_ = kStartOfTime;
  std::array<char, 64 * 1024> scratch_{};
  // Last, so that the handlers that die with the context find the rest still there.
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer ticker_;
};

}  // namespace claviger::http
