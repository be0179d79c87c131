// Versions of the shared state.
#pragma once

#include <compare>
#include <cstdint>

namespace claviger::core {

/// A place in the ordered change log: each committed change has the next one. Also the mark by
/// which a gateway says how far it has come, and a row's entity tag.
struct Version {
  std::int64_t number = 0;

  auto operator<=>(const Version&) const = default;
};

/// Counts restores of the store. A gateway refuses a state of a lower epoch than its own, so that a
/// backup cannot bring a revoked key back (docs/threats.md, I5).
struct Epoch {
  std::int64_t number = 0;

  auto operator<=>(const Epoch&) const = default;
};

}  // namespace claviger::core
