// Random bytes: the operating system's, or a test's.
#pragma once

#include <cstddef>
#include <span>

namespace claviger {

/// A source of unpredictable bytes. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  /// Fills `bytes`; cannot fail (the process ends if the kernel has no randomness to give).
  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// getrandom(2), through OpenSSL's generator.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace claviger
