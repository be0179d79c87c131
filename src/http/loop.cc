#include "loop.h"

#include "connection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <fmt/chrono.h>

#include "claviger/base/log.h"

namespace claviger::http {
namespace {

using boost::asio::ip::tcp;

/// How exact time limits are: a quarter of the shortest one, and a quarter of a second at most.
std::chrono::milliseconds tick_interval(const ServerSettings& settings) {
  const auto shortest = std::min({settings.head_timeout, settings.body_timeout,
                                  settings.idle_timeout, settings.write_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(250));
}

/// Best effort: whoever does not get it sees a closed connection.
void refuse_connection(tcp::socket socket) {
  constexpr std::string_view kBusy =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
      "Content-Length: 0\r\n\r\n";
  boost::system::error_code ignored;
  socket.write_some(boost::asio::buffer(kBusy), ignored);
}

}  // namespace

Loop::Loop(Shared& shared)
    : shared_(shared),
      tick_interval_(tick_interval(shared.settings)),
      context_(1),  // one thread: no contention to prepare for
      work_(boost::asio::make_work_guard(context_)),
      ticker_(context_) {
  schedule_tick();
}

Loop::~Loop() = default;

void Loop::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& exception) {
      // Not even a full memory may end the process; the connection at fault meets its time limit.
      log::error("connection failed", {{"cause", std::string_view(exception.what())}});
    }
  }
}

void Loop::request_stop(Moment deadline) {
  boost::asio::post(context_, [this, deadline] { stop(deadline); });
}

void Loop::adopt(tcp::socket socket) {
  if (stopping()) return;
  if (shared_.connections >= shared_.settings.max_connections && !give_up_a_waiting_connection())
    return refuse_connection(std::move(socket));
  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
  connection->start(connections_.insert(connections_.end(), connection));
}

bool Loop::give_up_a_waiting_connection() {
  const auto waiting = std::find_if(connections_.begin(), connections_.end(),
                                    [](const auto& connection) { return connection->waits(); });
  if (waiting == connections_.end()) return false;
  (*waiting)->close();
  return true;
}

std::string_view Loop::date() {
  const Time second = std::chrono::floor<std::chrono::seconds>(shared_.clock.now());
  if (second != date_second_) {
    date_second_ = second;
    date_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                        fmt::gmtime(std::chrono::system_clock::to_time_t(second)));
  }
  return date_;
}

void Loop::begins_to_wait(Connections::iterator place) {
  connections_.splice(connections_.end(), connections_, place);
}

void Loop::remove(Connections::iterator place) {
  connections_.erase(place);
  end_if_drained();
}

void Loop::schedule_tick() {
  ticker_.expires_after(tick_interval_);
  ticker_.async_wait([this](boost::system::error_code ec) {
    if (!ec) tick();
  });
}

void Loop::tick() {
  if (drained()) return;  // the timer fired just before it was cancelled
  schedule_tick();
  const Moment now = std::chrono::steady_clock::now();
  const bool grace_is_over = stop_deadline_ && now >= *stop_deadline_;
  for (auto next = connections_.begin(); next != connections_.end();) {
    const std::shared_ptr<Connection> connection = *next++;
    if (grace_is_over)
      connection->close();
    else
      connection->check_deadline(now);
  }
}

void Loop::stop(Moment deadline) {
  if (stopping()) return;
  stop_deadline_ = deadline;
  for (auto next = connections_.begin(); next != connections_.end();) {
    const std::shared_ptr<Connection> connection = *next++;
    if (connection->waits()) connection->close();
  }
  end_if_drained();
}

void Loop::end_if_drained() {
  if (!drained()) return;
  ticker_.cancel();
  work_.reset();
}

}  // namespace claviger::http
