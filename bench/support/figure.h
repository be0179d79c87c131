// Figures: the lines by which a benchmark reports what it measured.
//
//   figure NAME VALUE UNIT [goal OP GOAL ok|over]
//   figure decision.p50_us 0.93 us goal <= 1.2 ok
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace claviger::bench {

enum class Bound : std::uint8_t { kAtMost, kAtLeast, kExactly };

/// What a figure is held against.
struct Goal {
  Bound bound = Bound::kAtMost;
  double value = 0;
};

struct Figure {
  std::string_view name;  ///< "decision.p50": the benchmark, a dot, what it is
  double value = 0;
  std::string_view unit;  ///< "us", "x", "bytes"
  std::optional<Goal> goal = std::nullopt;
};

/// Writes the figure's line to standard output at once.
void print(const Figure& figure);

}  // namespace claviger::bench
