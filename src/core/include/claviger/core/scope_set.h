// Scopes of one API as a set of small numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace claviger::core {

/// A scope's place in its API's list of scopes: given once, never to another name.
using ScopeNumber = std::uint8_t;

/// How many scopes one API can name.
inline constexpr std::size_t kMaxScopesPerApi = 128;

/// Longest name of a scope.
inline constexpr std::size_t kMaxScopeBytes = 100;

/// A set of one API's scopes. Empty by default; an empty set means none, never all.
struct ScopeSet {
  std::array<std::uint64_t, 2> words{};

  static constexpr ScopeSet all() { return {{~std::uint64_t{0}, ~std::uint64_t{0}}}; }

  constexpr void add(ScopeNumber scope) {
    if (scope < kMaxScopesPerApi) words[scope / 64] |= std::uint64_t{1} << (scope % 64);
  }

  [[nodiscard]] constexpr bool contains(ScopeNumber scope) const {
    return scope < kMaxScopesPerApi && (words[scope / 64] >> (scope % 64) & 1U) != 0;
  }

  /// True if every scope of `other` is in this set.
  [[nodiscard]] constexpr bool covers(const ScopeSet& other) const {
    return (other.words[0] & ~words[0]) == 0 && (other.words[1] & ~words[1]) == 0;
  }

  friend constexpr ScopeSet operator&(const ScopeSet& a, const ScopeSet& b) {
    return {{a.words[0] & b.words[0], a.words[1] & b.words[1]}};
  }

  friend constexpr ScopeSet operator|(const ScopeSet& a, const ScopeSet& b) {
    return {{a.words[0] | b.words[0], a.words[1] | b.words[1]}};
  }

  constexpr bool operator==(const ScopeSet&) const = default;
};

}  // namespace claviger::core
