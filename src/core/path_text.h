// Characters of a path, and text with percent-escapes read in place (RFC 3986 §2.1, §3.3). Private
// to core.
#pragma once

#include <optional>
#include <string_view>

namespace claviger::core {

constexpr bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// A character that may stand in a segment as it is (RFC 3986 pchar), but for ';'.
constexpr bool is_plain_in_segment(unsigned char c) {
  constexpr std::string_view kOthers = "!$&'()*+,=:@";
  return is_unreserved(c) || kOthers.find(static_cast<char>(c)) != std::string_view::npos;
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline constexpr std::size_t kEscapeLength = 3;

/// The byte of the escape "%XY" with which `text` begins; nullopt if it begins with none.
constexpr std::optional<unsigned char> leading_escape(std::string_view text) {
  if (text.size() < kEscapeLength || text[0] != '%') return std::nullopt;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high * 16 + low);
}

/// Takes one character, or the byte of one escape, off the front of `text`, which is not empty.
constexpr char take_decoded(std::string_view& text) {
  const std::optional<unsigned char> escaped = leading_escape(text);
  const char c = escaped ? static_cast<char>(*escaped) : text.front();
  text.remove_prefix(escaped ? kEscapeLength : 1);
  return c;
}

/// True if the two are one text once their escapes are taken out.
constexpr bool equal_decoded(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (take_decoded(a) != take_decoded(b)) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace claviger::core
