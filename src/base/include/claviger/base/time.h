// Time: one resolution, one clock that can be replaced, one text form (RFC 3339, UTC).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "claviger/base/result.h"

namespace claviger {

using Microseconds = std::chrono::microseconds;
/// A moment in UTC, in microseconds since 1970; also what the store and the keyring hold.
using Time = std::chrono::time_point<std::chrono::system_clock, Microseconds>;

/// "Never" for an expiry, "always" for a start: the far end and the near end of time.
inline constexpr Time kEndOfTime = Time::max();
inline constexpr Time kStartOfTime = Time{};

constexpr std::int64_t to_microseconds(Time time) {
  return time.time_since_epoch().count();
}

constexpr Time from_microseconds(std::int64_t microseconds) {
  return Time{Microseconds{microseconds}};
}

/// Where "now" comes from: outside, so that a test can set it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override {
    return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
  }
};

/// "2026-11-22T18:45:54Z", with as many digits of a second as are not zero (at most six).
[[nodiscard]] std::string to_rfc3339(Time time);

/// Reads RFC 3339 with any offset; at most microseconds count, further digits are cut off.
/// Errors: kInvalidInput with a sentence that says what was expected.
[[nodiscard]] Result<Time> parse_rfc3339(std::string_view text);

}  // namespace claviger
