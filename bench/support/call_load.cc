#include "bench/support/call_load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace claviger::bench {
namespace {

constexpr Moment kMillisecond = 1'000'000;
constexpr Moment kSecond = 1000 * kMillisecond;

tl::unexpected<Error> broken() {
  return fail(Error::unavailable("the gateway closed a connection or sent what is no answer"));
}

}  // namespace

Moment moment_now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

Result<CallLoad> CallLoad::connect(std::uint16_t port, std::size_t connections) {
  CallLoad load;
  load.poll_ = Socket(epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t i = 0; i < connections; ++i) {
    Connection connection;
    connection.socket = connect_to(port, Blocking::kNo);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    if (!connection.socket.is_open() ||
        epoll_ctl(load.poll_.number(), EPOLL_CTL_ADD, connection.socket.number(), &event) != 0)
      return fail(Error::unavailable("the gateway cannot be reached"));
    load.connections_.push_back(std::move(connection));
    load.idle_.push_back(i);
  }
  return load;
}

Result<double> CallLoad::saturate(KeyChoice& keys, double seconds) {
  const Moment began = moment_now();
  const Moment until = began + static_cast<Moment>(seconds * kSecond);
  std::size_t calls = 0;
  while (moment_now() < until) {
    for (; !idle_.empty(); idle_.pop_back(), ++calls) TRY(send(keys, idle_.back(), moment_now()));
    TRY(hear(keys, kMillisecond));
  }
  TRY(hear_the_rest(keys));
  return static_cast<double>(calls) * kSecond / static_cast<double>(moment_now() - began);
}

Result<void> CallLoad::keep_pace(KeyChoice& keys, double per_second, Moment until) {
  // The kernel would otherwise wake us up to 50 microseconds late, to save itself wake-ups.
  prctl(PR_SET_TIMERSLACK, 1UL);
  const Moment began = moment_now();
  const double gap = kSecond / per_second;
  for (std::size_t number = 0; true;) {
    const Moment now = moment_now();
    Moment due = began + static_cast<Moment>(static_cast<double>(number) * gap);
    for (; due <= now && !idle_.empty(); idle_.pop_back()) {
      TRY(send(keys, idle_.back(), due));
      ++number;
      due = began + static_cast<Moment>(static_cast<double>(number) * gap);
    }
    if (now >= until) break;
    TRY(hear(keys, std::max<Moment>(due - now, 0)));
  }
  return hear_the_rest(keys);
}

Result<void> CallLoad::send(KeyChoice& keys, std::size_t index, Moment due) {
  Connection& connection = connections_[index];
  const KeyChoice::Pick pick = keys.pick();
  connection.is_busy = true;
  connection.call = {.key = pick.key, .due = due, .sent = moment_now()};
  if (!write_all(connection.socket, pick.request)) return broken();
  return {};
}

Result<void> CallLoad::hear(KeyChoice& keys, Moment at_most) {
  std::array<epoll_event, 64> events{};
  const timespec wait{.tv_sec = at_most / kSecond, .tv_nsec = at_most % kSecond};
  const int count = epoll_pwait2(poll_.number(), events.data(), events.size(), &wait, nullptr);
  for (int i = 0; i < count; ++i)
    TRY(hear_from(keys, events[static_cast<std::size_t>(i)].data.u64));
  return {};
}

Result<void> CallLoad::hear_from(KeyChoice& keys, std::size_t index) {
  Connection& connection = connections_[index];
  std::array<char, 16384> bytes;
  const ssize_t size = recv(connection.socket.number(), bytes.data(), bytes.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (size <= 0 || !connection.is_busy) return broken();
  connection.reader.take({bytes.data(), static_cast<std::size_t>(size)});
  const auto answer = connection.reader.next();
  if (!connection.reader.is_sound()) return broken();
  if (!answer) return {};
  keys.answered(connection.call, moment_now(), answer->status);
  connection.is_busy = false;
  idle_.push_back(index);
  return {};
}

Result<void> CallLoad::hear_the_rest(KeyChoice& keys) {
  while (idle_.size() < connections_.size()) TRY(hear(keys, kMillisecond));
  return {};
}

}  // namespace claviger::bench
