// Times of single operations, far below a microsecond, and what they come to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace claviger::bench {

/// The processor's counter of time, read after everything before it has been done.
[[nodiscard]] std::uint64_t ticks_now();

/// What ticks are worth on this machine.
class TickScale {
 public:
  /// Compares the counter with the clock for a tenth of a second.
  TickScale();

  [[nodiscard]] double nanoseconds(std::uint64_t ticks) const {
    return static_cast<double>(ticks) * nanoseconds_per_tick_;
  }

  /// What two readings with nothing between them differ by: taken off every sample.
  [[nodiscard]] std::uint64_t empty() const { return empty_; }

 private:
  double nanoseconds_per_tick_ = 1;
  std::uint64_t empty_ = 0;
};

/// Samples of one operation.
class Latencies {
 public:
  explicit Latencies(std::size_t expected) { ticks_.reserve(expected); }

  void add(std::uint64_t begin, std::uint64_t end) { ticks_.push_back(end - begin); }

  [[nodiscard]] std::size_t size() const { return ticks_.size(); }

  /// The time that `part` (0 to 1) of the samples do not exceed, in nanoseconds. 0 of no samples.
  [[nodiscard]] double quantile(const TickScale& scale, double part) const;

 private:
  std::vector<std::uint64_t> ticks_;
};

}  // namespace claviger::bench
