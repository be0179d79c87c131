// Waiting for what happens in another process or thread.
#pragma once

#include <chrono>
#include <thread>

namespace claviger::test {

/// How long a test waits for what must happen before it says that it does not.
inline constexpr std::chrono::seconds kPatience{20};

/// True as soon as `happened()` is; false if it is not within `patience`.
template <class Predicate>
[[nodiscard]] bool eventually(Predicate happened, std::chrono::milliseconds patience = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!happened()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace claviger::test
