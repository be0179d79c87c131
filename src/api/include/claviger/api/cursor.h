// Cursors: where a list's page ended, sealed so that nobody makes one up (docs/threats.md, D01).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/secret.h"

namespace claviger::api {

/// Thread-safe.
class CursorSeal {
 public:
  /// Servers with one key read each other's cursors.
  explicit CursorSeal(const Secret& server_key);

  /// The position as a text for URLs. `purpose` says of which list it is, filters and order
  /// included: no other list opens it.
  [[nodiscard]] std::string seal(std::string_view purpose, std::string_view position) const;

  /// The position; nullopt if it was not sealed here, or for another purpose.
  [[nodiscard]] std::optional<std::string> open(std::string_view purpose,
                                                std::string_view cursor) const;

 private:
  using Mac = std::array<unsigned char, 16>;

  [[nodiscard]] Mac mac_of(std::string_view purpose, std::string_view position) const;

  std::array<unsigned char, 32> key_{};
};

}  // namespace claviger::api
