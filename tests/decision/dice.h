// Chance that is the same for the same seed, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "claviger/base/random.h"

namespace claviger::model {

class Dice final : public Random {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// 0 to count - 1, each as likely as any other, near enough.
  std::size_t below(std::size_t count) { return engine_() % count; }

  bool chance(std::size_t percent) { return below(100) < percent; }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  /// Each of the values with that chance.
  template <class T>
  std::vector<T> some(const std::vector<T>& from, std::size_t percent) {
    std::vector<T> chosen;
    for (const T& value : from) {
      if (chance(percent)) chosen.push_back(value);
    }
    return chosen;
  }

  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace claviger::model
