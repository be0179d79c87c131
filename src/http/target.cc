#include "target.h"

#include "percent.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "claviger/base/encoding.h"

namespace claviger::http {
namespace {

Error malformed(std::string text) {
  return Error::refused(ErrorCode::kMalformedRequest, std::move(text));
}

/// pchar without the percent sign (RFC 3986 §3.3).
bool may_stand_in_segment(char c) {
  constexpr std::string_view kOthers = "!$&'()*+,;=:@";
  return is_unreserved(c) || kOthers.find(c) != std::string_view::npos;
}

/// A byte that somebody could read as itself and somebody else as what it means.
bool must_not_be_encoded(char c) {
  return is_unreserved(c) || c == '/' || c == '\\' || has_control_characters({&c, 1});
}

bool is_visible_ascii(char c) {
  return c > 0x20 && c < 0x7F;
}

Result<void> check_path(std::string_view path) {
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment.empty() && end != path.size())
      return fail(malformed("The path has an empty segment (\"//\")."));
    if (segment == "." || segment == "..") return fail(malformed("The path has a dot segment."));
    TRY(decode_segment(segment));
    begin = end + 1;
  }
  return {};
}

}  // namespace

Result<std::string> decode_segment(std::string_view segment) {
  std::string decoded;
  decoded.reserve(segment.size());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!may_stand_in_segment(segment[i]))
        return fail(malformed("The path has a character that must be percent-encoded."));
      decoded += segment[i];
      continue;
    }
    std::array<std::byte, 1> byte{};
    if (!from_hex(segment.substr(i + 1, 2), byte))
      return fail(malformed("The path has a \"%\" without two hexadecimal digits."));
    const char c = static_cast<char>(byte[0]);
    if (must_not_be_encoded(c))
      return fail(malformed("The path has a percent-encoded character that must not be encoded."));
    decoded += c;
    i += 2;
  }
  if (!is_utf8(decoded)) return fail(malformed("The path is not UTF-8."));
  return decoded;
}

Result<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/'))
    return fail(malformed("The request target must be a path that begins with \"/\"."));
  if (!std::all_of(text.begin(), text.end(), is_visible_ascii) ||
      text.find_first_of("#\\") != std::string_view::npos)
    return fail(malformed("The request target has a character that must not stand in it."));
  const std::size_t path_length = std::min(text.find('?'), text.size());
  const std::string_view path = text.substr(0, path_length);
  TRY(check_path(path));
  Parameters query = TRY(Parameters::parse(text.substr(std::min(path_length + 1, text.size()))));
  return Target{.path = std::string(path), .query = std::move(query)};
}

}  // namespace claviger::http
