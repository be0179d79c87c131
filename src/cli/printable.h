// Text from outside, made fit for a terminal: the name of a key may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace claviger::cli {

/// One character of a text: its bytes and, if they are UTF-8, its number.
struct Character {
  std::string_view bytes;
  bool is_valid = false;
  char32_t code = 0;
};

/// The first character of `text`, which is not empty; one byte where that is not UTF-8.
[[nodiscard]] Character first_character(std::string_view text);

enum class LineBreaks { kEscaped, kKept };

/// `text` with every character that could steer a terminal or mislead its reader written out as an
/// escape (`\x1b`, `\u202e`): control characters (C0, DEL, C1), marks of writing direction, line
/// separators, invisible tags. Bytes that are not UTF-8 become `\xff`. Tabs count as line breaks.
[[nodiscard]] std::string printable(std::string_view text, LineBreaks line_breaks);

enum class Syntax { kJson, kYaml };

/// JSON or YAML whose strings all stand in double quotes, with the same characters as `\uXXXX`: the
/// same value, and harmless.
[[nodiscard]] std::string harmless(std::string_view document, Syntax syntax);

/// The number of characters of UTF-8 text; wide and combining ones count as one each.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// At most `width` characters of `text`, with "…" in the place of what is missing.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

}  // namespace claviger::cli
