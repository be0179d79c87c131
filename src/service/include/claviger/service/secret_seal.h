// Sealing: for secrets that the server must read again, and that a copy of the database must not
// give away (docs/threats.md, K10).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/digest.h"
#include "claviger/base/random.h"
#include "claviger/base/secret.h"

namespace claviger::service {

/// XChaCha20-Poly1305 with a key derived from the server's. Thread-safe.
class SecretSeal {
 public:
  /// Servers with one key open each other's seals.
  explicit SecretSeal(const Secret& server_key);
  ~SecretSeal();
  SecretSeal(const SecretSeal&) = delete;
  SecretSeal& operator=(const SecretSeal&) = delete;

  /// The text sealed, as hexadecimal digits. `purpose` says what it is and whose: what is sealed
  /// for one opens for no other.
  [[nodiscard]] std::string seal(std::string_view purpose, std::string_view text,
                                 Random& random) const;

  /// The text; nullopt if it was not sealed by this key for this purpose.
  [[nodiscard]] std::optional<Secret> open(std::string_view purpose, std::string_view sealed) const;

  /// A digest of the text that nobody without the key can try texts against.
  [[nodiscard]] Digest digest(std::string_view purpose, std::string_view text) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace claviger::service
