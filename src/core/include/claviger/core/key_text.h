// The text of a secret of our own.
//
//   text     = "clv_" kind "_" random checksum
//   kind     = "ak" | "pat" | "oat" | "ort" | "cs" | "agt" | "ses" | "lnk" | "rec"
//   random   = 32 base62 characters (190 bits); 43 (256 bits) for sessions and links; 20 (119
//              bits) for recovery codes, which people type
//   checksum = 6 base62 characters: the CRC-32 (ISO-HDLC) of all that stands before it
//
// base62 is 0-9 A-Z a-z, most significant digit first, padded with 0 in the checksum. The checksum
// tells a mistyped or truncated key without a look-up, and lets scanners find leaked ones; it
// protects nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/random.h"
#include "claviger/base/secret.h"

namespace claviger::core {

/// What a secret is for. Each endpoint takes the kinds that it names, and no other
/// (docs/threats.md, Z06).
enum class SecretKind : std::uint8_t {
  kAccessKey,            ///< ak
  kPersonalAccessToken,  ///< pat
  kOauthAccessToken,     ///< oat
  kOauthRefreshToken,    ///< ort
  kClientSecret,         ///< cs
  kAgent,                ///< agt
  kSession,              ///< ses
  kLink,                 ///< lnk: works once
  kRecoveryCode,         ///< rec: works once, in place of a second factor
};

/// The kind as it stands in the text: "ak".
[[nodiscard]] std::string_view to_string(SecretKind kind);

/// The four characters that begin every secret of ours; a leaked one is looked for by them.
inline constexpr std::string_view kSecretMark = "clv_";

/// Longest text that any credential may have, foreign ones included; a longer one is refused
/// unread.
inline constexpr std::size_t kMaxCredentialBytes = 512;

/// Makes a new secret.
[[nodiscard]] Secret make_secret(SecretKind kind, Random& random);

/// True if the text claims to be ours.
[[nodiscard]] constexpr bool is_marked_as_ours(std::string_view text) {
  return text.starts_with(kSecretMark);
}

/// The kind of a text of ours whose every character and checksum are right; nullopt otherwise.
[[nodiscard]] std::optional<SecretKind> parse_key_text(std::string_view text);

/// What may be kept and shown of a secret: the mark and kind with the first four random
/// characters ("clv_ak_9fK2"), and the last four of the text.
struct KeyHint {
  std::string prefix;
  std::string last_four;
};

[[nodiscard]] KeyHint hint_of(const Secret& secret);

}  // namespace claviger::core
