#include "printable.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::cli {
namespace {

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

struct Range {
  char32_t first;
  char32_t last;
};

/// What a terminal obeys, or shows in another order than it stands in.
constexpr std::array<Range, 9> kHarmful = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0x061C, 0x061C},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x2029},
                                            {0x202A, 0x202E},
                                            {0x2066, 0x2069},
                                            {0xFEFF, 0xFEFF},
                                            {0xE0000, 0xE007F}}};

bool is_harmful(char32_t code) {
  return std::any_of(kHarmful.begin(), kHarmful.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

std::string escape_of(const Character& character) {
  if (!character.is_valid)
    return fmt::format("\\x{:02x}", static_cast<unsigned char>(character.bytes.front()));
  const auto number = static_cast<std::uint32_t>(character.code);
  if (character.code == '\n') return "\\n";
  if (character.code == '\r') return "\\r";
  if (character.code == '\t') return "\\t";
  if (number <= 0xFF) return fmt::format("\\x{:02x}", number);
  return number <= 0xFFFF ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

std::string escape_of(char32_t code, Syntax syntax) {
  const auto number = static_cast<std::uint32_t>(code);
  if (number <= 0xFFFF) return fmt::format("\\u{:04x}", number);
  if (syntax == Syntax::kYaml) return fmt::format("\\U{:08x}", number);
  const std::uint32_t offset = number - 0x10000;  // a surrogate pair (RFC 8259 §7)
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (offset >> 10), 0xDC00 + (offset & 0x3FF));
}

}  // namespace

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_of(lead);
  const std::string_view bytes = text.substr(0, length);
  if (bytes.size() != length || !is_utf8(bytes)) return {.bytes = text.substr(0, 1)};
  char32_t code = length == 1 ? lead : lead & (0x7FU >> length);
  for (char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return {.bytes = bytes, .is_valid = true, .code = code};
}

std::string printable(std::string_view text, LineBreaks line_breaks) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    text.remove_prefix(character.bytes.size());
    const bool is_kept =
        line_breaks == LineBreaks::kKept && (character.code == '\n' || character.code == '\t');
    if (character.is_valid && (is_kept || !is_harmful(character.code)))
      out += character.bytes;
    else
      out += escape_of(character);
  }
  return out;
}

std::string harmless(std::string_view document, Syntax syntax) {
  std::string out;
  out.reserve(document.size());
  while (!document.empty()) {
    const Character character = first_character(document);
    document.remove_prefix(character.bytes.size());
    // Below DEL, the syntax itself escapes what stands in a string; what is left is its layout.
    if (character.is_valid && character.code >= 0x7F && is_harmful(character.code))
      out += escape_of(character.code, syntax);
    else
      out += character.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  for (std::size_t i = 1; i < width; ++i) {
    const Character character = first_character(text);
    text.remove_prefix(character.bytes.size());
    out += character.bytes;
  }
  return out + "…";
}

}  // namespace claviger::cli
