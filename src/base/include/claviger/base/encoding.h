// Bytes as text and back: hexadecimal, and the checks on text that comes from outside.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace claviger {

[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);

/// Reads lower-case or upper-case hexadecimal into exactly `bytes`; false if the text is not that.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::byte> bytes);

/// Base32 with A-Z and 2-7, without padding (RFC 4648 §6): how apps for one-time codes read a
/// secret.
[[nodiscard]] std::string to_base32(std::string_view bytes);

/// Well-formed UTF-8 without surrogates and overlong forms (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);

/// True if the text holds a control character (C0, DEL; with `\n` and `\t` counted too).
[[nodiscard]] bool has_control_characters(std::string_view text);

}  // namespace claviger
