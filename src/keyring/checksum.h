// Checksums and hashes of the keyring: XXH3, some nanoseconds for a slot. They tell damage, not
// malice; who may write the file decides that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#define XXH_INLINE_ALL
#include "format.h"

#include <xxhash.h>

#include "claviger/base/digest.h"

namespace claviger::keyring {

inline std::uint32_t checksum_of_slot(Region region, std::size_t index,
                                      const std::array<std::uint64_t, kPayloadWords>& payload) {
  const bool has_revoked_word = region == Region::kSecrets;
  const std::size_t words = has_revoked_word ? kRevokedWord : kPayloadWords;
  const std::uint64_t seed = index << 8 | static_cast<std::uint64_t>(region);
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(payload.data(), words * kWordBytes, seed));
}

inline std::uint32_t checksum_of_blob(std::uint32_t ref, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(bytes.data(), bytes.size(), ref));
}

inline std::uint64_t checksum_of_header(const HeaderConstants& constants) {
  return XXH3_64bits(&constants, sizeof(constants));
}

inline std::uint64_t hash_of_name(std::string_view name) {
  return XXH3_64bits(name.data(), name.size());
}

/// A digest is its own hash.
inline std::uint64_t hash_of_digest(const Digest& digest) {
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

}  // namespace claviger::keyring
