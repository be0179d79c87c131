#include "bench/support/figure.h"

#include <cstdio>

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

}  // namespace

void print(const Figure& figure) {
  fmt::print("figure {} {:.4g} {}", figure.name, figure.value, figure.unit);
  if (figure.goal)
    fmt::print(" goal {} {:g} {}", to_string(figure.goal->bound), figure.goal->value,
               is_met(*figure.goal, figure.value) ? "ok" : "over");
  fmt::print("\n");
  std::fflush(stdout);
}

}  // namespace claviger::bench
