#include "percent.h"

#include <array>
#include <cstddef>

#include "claviger/base/encoding.h"

namespace claviger::http {

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      std::array<std::byte, 1> byte{};
      if (!from_hex(text.substr(i + 1, 2), byte)) return std::nullopt;
      decoded += static_cast<char>(byte[0]);
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == Plus::kIsSpace ? ' ' : text[i];
    }
  }
  return decoded;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace claviger::http
