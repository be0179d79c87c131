// One-time codes by the clock (TOTP, RFC 6238) in the one form that every app knows: SHA-1, six
// digits, steps of 30 seconds.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/random.h"
#include "claviger/base/secret.h"
#include "claviger/base/time.h"

namespace claviger::core {

inline constexpr Microseconds kTotpStepLength = std::chrono::seconds{30};

/// Which 30 seconds since 1970; each has its code.
struct TotpStep {
  std::int64_t number = 0;

  auto operator<=>(const TotpStep&) const = default;
};

[[nodiscard]] TotpStep totp_step_at(Time now);

/// A new secret: 20 random bytes, as long as what HMAC makes of it (RFC 4226 §4, R6).
[[nodiscard]] Secret make_totp_secret(Random& random);

/// The code of a step: six digits.
[[nodiscard]] std::string totp_code(const Secret& secret, TotpStep step);

/// The step whose code it is: the present one, the one before or the one behind it, and later than
/// `last_used`, so that no code is good twice (RFC 6238 §5.2; docs/threats.md, S08). nullopt for
/// anything else, and for any text that is not exactly six ASCII digits.
[[nodiscard]] std::optional<TotpStep> find_totp_step(const Secret& secret, std::string_view code,
                                                     Time now, TotpStep last_used);

/// What apps read from a picture: "otpauth://totp/Claviger:dana%40example.com?secret=…".
[[nodiscard]] Secret otpauth_uri(const Secret& secret, std::string_view account);

}  // namespace claviger::core
