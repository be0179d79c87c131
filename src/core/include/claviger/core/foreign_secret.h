// Secrets of other systems' keys, which are taken over so that their holders notice nothing.
//
// Ours have 190 random bits; one of another system must have as many as a plain SHA-256 can hide:
// 112 bits by what is seen of it or declared for it, less the four characters that are shown.
#pragma once

#include <cstdint>
#include <string_view>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/key_text.h"

namespace claviger::core {

struct ForeignSecret {
  Digest digest{};
  KeyHint hint;  ///< of a text, its last four characters; of a digest, nothing
};

/// Takes the text itself: visible ASCII, at most kMaxCredentialBytes, not in our own format.
/// Errors: kInvalidInput, with a fault at `/secret`.
[[nodiscard]] Result<ForeignSecret> foreign_secret_of(const Secret& text);

/// What is declared of a text that only its SHA-256 is known of.
struct DeclaredSecret {
  Digest digest{};
  std::int64_t length = 0;    ///< characters of the text
  std::string_view alphabet;  ///< one of foreign_alphabets()
};

/// Errors: kInvalidInput, with a fault at `/digest`.
[[nodiscard]] Result<ForeignSecret> foreign_secret_of(const DeclaredSecret& declared);

/// Names of alphabets: "digits", "hex", "base32", "base36", "base58", "base62", "base64".
[[nodiscard]] std::initializer_list<std::string_view> foreign_alphabets();

}  // namespace claviger::core
