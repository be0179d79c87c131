// JSON from outside, read strictly (RFC 8259, and I-JSON where that leaves a choice).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"

namespace claviger::http {

/// Objects and arrays inside each other, at most: what is deeper costs more than it can mean.
inline constexpr std::size_t kMostJsonDepth = 32;

/// Reads one JSON text. kMalformedRequest, with the place where one can be named, for: a syntax
/// error, text that is not UTF-8, a byte order mark, nothing at all, anything behind the value,
/// more than kMostJsonDepth levels, a name that stands twice in one object, and a number that the
/// value could not hold (an integer beyond 64 bits, a fraction beyond a double).
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// `name` as a step of a JSON Pointer (RFC 6901 §3): "/" and then `name`, escaped.
[[nodiscard]] std::string pointer_step(std::string_view name);

}  // namespace claviger::http
