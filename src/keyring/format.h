// The keyring file: the state at a gateway, written by one agent, read by any number of processes
// without locks. It lies in tmpfs and is a projection: whatever is wrong with it, the agent writes
// another.
//
// All is little-endian and in 64-bit words, the unit in which it is written.
//
// clang-format off
//   file         = header region[7] arena
//   header       = constants mutable                   one page, laid out as Header below
//   region       = slot*                               organizations, right sets, users, APIs,
//                                                      applications, keys, secrets; in this order
//   slot         = sequence:u32 checksum:u32 payload   64 bytes
//   payload      = 7 words, by region:
//     organization = id:2w  flags:w  0:4w
//     right set    = grants:ref 0:u32  0:6w
//     user         = id:2w  flags:u32 right_sets:ref  0:4w
//     api          = id:2w  number:u32 flags:u32  max_staleness:w  name:ref routes:ref  0:2w
//     application  = id:2w  owner:u32 flags:u32  0:4w
//     key          = id:2w  application:u32 maker:u32  organization:u32 grants:ref
//                    networks:ref flags:u32  not_before:w  expires_at:w
//     secret       = digest:4w  key:u32 previous:u32  not_after:w  revoked:w
//   arena        = blob*                               each blob begins on a word
//   blob         = length:u32 checksum:u32 bytes padding
//   ref          = u32: the blob's place in the arena in words; 0 is none, word 0 is unused
// clang-format on
//
// `previous` leads from a key's newest secret to the one before it. A slot's place is its index
// plus one in every reference to it; 0 is none. Flags: bit 0 active; bit 1 read-only (key) or
// preflight passes (API); bits 8 to 15 carriers (API). Times are microseconds since 1970.
//
// How it is written, so that a writer may die at any store:
//  - A slot's sequence is 0 while the slot is empty, odd while it is being rewritten, even
//  otherwise.
//    A first write fills the payload and then stores sequence and checksum as one word. A rewrite
//    stores the odd sequence first. A reader that meets an odd sequence, a changed one or a wrong
//    checksum tries again a few times and then denies.
//  - The checksum covers the payload, the region and the place, but not `revoked`: that word goes
//    from 0 to 1 by a single store, needs no room, and never goes back.
//  - Blobs are written before anything refers to them, and never again.
//  - Secrets and APIs are found by open addressing: a digest's or a name hash's first slot is
//    hash × capacity / 2⁶⁴, then the next ones in order up to an empty one. Nothing is taken out.
//  - A file grows by a larger one: filled beside it, renamed over it, then the old one is marked
//    superseded; readers look at that word before each decision. Files are never truncated.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "claviger/base/id.h"

namespace claviger::keyring {

inline constexpr std::uint64_t kMagic =
    0x53594B56'4C430A0D;  // "\r\nCLVKYS": no text file begins so
inline constexpr std::uint32_t kLayoutVersion = 1;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kWordBytes = 8;
inline constexpr std::size_t kPayloadWords = 7;

enum class Region : std::uint8_t {
  kOrganizations,
  kRightSets,
  kUsers,
  kApis,
  kApplications,
  kKeys,
  kSecrets,
};

inline constexpr std::size_t kRegionCount = 7;

using Payload = std::array<std::uint64_t, kPayloadWords>;

struct Slot {
  std::uint64_t sequence_and_checksum;  ///< sequence in the low half
  Payload payload;
};

static_assert(sizeof(Slot) == 64, "one cache line");

// The words of a secret that are written apart from the others.
inline constexpr std::size_t kKeyAndPreviousWord = 4;
inline constexpr std::size_t kNotAfterWord = 5;
inline constexpr std::size_t kRevokedWord = 6;  ///< outside the checksum

/// What stays as it was written, under one checksum.
struct HeaderConstants {
  std::uint64_t magic;
  std::uint64_t layout_version;
  std::uint64_t epoch;
  std::uint64_t generation;  ///< ascending from file to file of one directory
  std::uint64_t file_bytes;
  std::array<std::uint64_t, kRegionCount> capacity;  ///< in slots
  std::uint64_t arena_words;
};

struct Header {
  HeaderConstants constants;
  std::uint64_t checksum;
  // Each of these is one word, stored whole.
  std::uint64_t complete;    ///< 1 from the first publication on
  std::uint64_t superseded;  ///< 1 once a newer file stands in this one's place
  std::uint64_t state_version;
  std::uint64_t fresh_until;  ///< this state was the server's at that moment
  // For those who look on; no decision reads them.
  std::array<std::uint64_t, kRegionCount> used;
  std::uint64_t arena_words_used;
};

static_assert(sizeof(Header) <= kPageBytes);

inline constexpr std::uint64_t kFlagActive = 1;
inline constexpr std::uint64_t kFlagReadOnly = 2;
inline constexpr std::uint64_t kFlagPreflight = 2;
inline constexpr unsigned kCarrierShift = 8;

constexpr std::uint64_t pair(std::uint32_t low, std::uint32_t high) {
  return std::uint64_t{low} | std::uint64_t{high} << 32;
}

constexpr std::uint32_t low_half(std::uint64_t word) {
  return static_cast<std::uint32_t>(word);
}

constexpr std::uint32_t high_half(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> 32);
}

constexpr std::array<std::uint64_t, 2> words_of(const Uuid& id) {
  return std::bit_cast<std::array<std::uint64_t, 2>>(id.bytes);
}

/// Where a region begins, in bytes from the start of the file.
constexpr std::size_t region_offset(const HeaderConstants& constants, Region region) {
  std::size_t offset = kPageBytes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(region); ++i)
    offset += constants.capacity[i] * sizeof(Slot);
  return offset;
}

constexpr std::size_t arena_offset(const HeaderConstants& constants) {
  return region_offset(constants, Region::kSecrets) +
         constants.capacity[static_cast<std::size_t>(Region::kSecrets)] * sizeof(Slot);
}

/// The first slot to look at for a hash.
constexpr std::size_t first_slot(std::uint64_t hash, std::uint64_t capacity) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(Wide{hash} * capacity >> 64);
}

/// How many slots a look-up follows before it gives up (and denies). With tables filled to four
/// fifths at most, chains stay far below.
inline constexpr std::size_t kMaxProbes = 1024;

}  // namespace claviger::keyring
