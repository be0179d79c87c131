// How a fuzz target claims something: libFuzzer keeps the input with which the process aborts.
#pragma once

#include <cstdlib>

namespace claviger::core {

inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace claviger::core
