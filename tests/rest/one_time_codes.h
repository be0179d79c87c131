// One-time codes as an app shows them.
#pragma once

#include "installation.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "claviger/core/totp.h"

namespace claviger::test {

/// Base32 without padding (RFC 4648 §6), as an app reads a secret.
[[nodiscard]] inline Secret from_base32(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char digit : text) {
    bits = bits << 5U | static_cast<unsigned>(kDigits.find(digit));
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count) & 255U);
  }
  return Secret(std::move(bytes));
}

/// The code that an app shows, or will show a number of steps from now.
[[nodiscard]] inline std::string code_of(const Json& started, std::int64_t steps_ahead = 0) {
  const core::TotpStep now = core::totp_step_at(SystemClock().now());
  return core::totp_code(from_base32(started.value("secret", "")), {now.number + steps_ahead});
}

}  // namespace claviger::test
