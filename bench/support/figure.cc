#include "bench/support/figure.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>

namespace claviger::bench {
namespace {

std::string_view to_string(Bound bound) {
  switch (bound) {
    case Bound::kAtMost:
      return "<=";
    case Bound::kAtLeast:
      return ">=";
    case Bound::kExactly:
      return "==";
  }
  return "?";
}

bool is_met(const Goal& goal, double value) {
  switch (goal.bound) {
    case Bound::kAtMost:
      return value <= goal.value;
    case Bound::kAtLeast:
      return value >= goal.value;
    case Bound::kExactly:
      return value == goal.value;
  }
  return false;
}

/// Four digits, or all of those before the point.
std::string text_of(double value) {
  constexpr double kFourDigits = 1000;
  return value < kFourDigits ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

void print(const Figure& figure) {
  fmt::print("figure {} {} {}", figure.name, text_of(figure.value), figure.unit);
  if (figure.goal)
    fmt::print(" goal {} {:g} {}", to_string(figure.goal->bound), figure.goal->value,
               is_met(*figure.goal, figure.value) ? "ok" : "over");
  fmt::print("\n");
  std::fflush(stdout);
}

}  // namespace claviger::bench
