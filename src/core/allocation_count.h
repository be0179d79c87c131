// Counts the allocations of a test program that links allocation_count.cc.
#pragma once

#include <cstddef>

namespace claviger::core {

/// How many times operator new was called so far, by any thread.
[[nodiscard]] std::size_t allocation_count();

}  // namespace claviger::core
