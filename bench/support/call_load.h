// Calls to a gateway at a fixed pace, whatever the answers take (open loop), each with the key that
// a KeyChoice names for it.
#pragma once

#include "bench/support/http_answer.h"
#include "bench/support/socket.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::bench {

/// Nanoseconds of the steady clock, or a time in them: the same for all threads of a process.
using Moment = std::int64_t;
[[nodiscard]] Moment moment_now();

/// One call that is under way or done.
struct SentCall {
  std::size_t key = 0;  ///< as KeyChoice numbers it
  Moment due = 0;       ///< when the pace asked for it
  Moment sent = 0;      ///< read just before its first byte was written
};

/// Says with which key to call next, and hears what came of it. Called by the load's thread.
class KeyChoice {
 public:
  virtual ~KeyChoice() = default;

  struct Pick {
    std::size_t key = 0;
    std::string_view request;  ///< all its bytes; valid until the next call of pick()
  };

  virtual Pick pick() = 0;
  virtual void answered(const SentCall& call, Moment at, int status) = 0;
};

/// A number of keep-alive connections to one gateway.
class CallLoad {
 public:
  /// Errors: kUnavailable if the gateway cannot be reached.
  static Result<CallLoad> connect(std::uint16_t port, std::size_t connections);

  /// Calls as fast as answers come, on every connection. Returns the calls per second.
  /// Errors: kUnavailable if a connection breaks.
  Result<double> saturate(KeyChoice& keys, double seconds);

  /// Calls `per_second` times a second until `until`; what finds no connection free waits for one,
  /// and is sent late. Errors: kUnavailable if a connection breaks.
  Result<void> keep_pace(KeyChoice& keys, double per_second, Moment until);

 private:
  struct Connection {
    Socket socket;
    HttpAnswerReader reader;
    SentCall call;
    bool is_busy = false;
  };

  Result<void> send(KeyChoice& keys, std::size_t index, Moment due);

  /// Waits for answers, but not longer than that, and hears those that have come.
  Result<void> hear(KeyChoice& keys, Moment at_most);
  Result<void> hear_from(KeyChoice& keys, std::size_t index);
  Result<void> hear_the_rest(KeyChoice& keys);

  Socket poll_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> idle_;  ///< indices of the connections without a call under way
};

}  // namespace claviger::bench
