// Moments and spans as users write them.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::cli {

struct Never {};

/// A span that begins when the secret comes into being, in the API's notation (core/interval.h).
struct Span {
  std::string text;
};

using Expiry = std::variant<Never, Span, Time>;

/// What `--expires` says: "30d", "12h", "90min", "6mo", "1y", several together ("1y 6mo"), ISO 8601
/// ("P30D"), a date (to its end, in UTC), RFC 3339, "never" (also "unlimited"). kInvalidInput in a
/// sentence; "6m" is refused with the question whether months or minutes are meant, and so is a
/// moment that is not after `now`.
[[nodiscard]] Result<Expiry> parse_expiry(std::string_view text, Time now);

/// What `--not-before` says: a date (its beginning, in UTC) or RFC 3339.
[[nodiscard]] Result<Time> parse_moment(std::string_view text);

/// The moment at which a span from `now` ends: "30d", "6mo", and else as parse_expiry(); never is
/// kInvalidInput.
[[nodiscard]] Result<Time> parse_end(std::string_view text, Time now);

/// How long to wait for something: "5s", "1min".
[[nodiscard]] Result<Microseconds> parse_wait(std::string_view text);

}  // namespace claviger::cli
