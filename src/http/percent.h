// Percent-encoding (RFC 3986 §2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace claviger::http {

enum class Plus { kIsItself, kIsSpace };

/// The bytes that `text` stands for; nullopt if a `%` is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

/// Letters, digits and `-._~`: what never needs to be encoded (RFC 3986 §2.3).
[[nodiscard]] bool is_unreserved(char c);

}  // namespace claviger::http
