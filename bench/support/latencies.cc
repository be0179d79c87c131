#include "bench/support/latencies.h"

#include <algorithm>
#include <chrono>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace claviger::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kCalibration = std::chrono::milliseconds{100};
constexpr int kEmptySamples = 1001;

double nanoseconds_between(SteadyClock::time_point begin, SteadyClock::time_point end) {
  return std::chrono::duration<double, std::nano>(end - begin).count();
}

std::uint64_t value_at(std::vector<std::uint64_t> values, double part) {
  const auto rank = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

std::uint64_t ticks_now() {
#if defined(__x86_64__)
  unsigned int processor = 0;
  const std::uint64_t ticks = __rdtscp(&processor);  // waits for all before it
  _mm_lfence();                                      // and nothing after it begins sooner
  return ticks;
#else
  return static_cast<std::uint64_t>(SteadyClock::now().time_since_epoch().count());
#endif
}

TickScale::TickScale() {
  const auto began = SteadyClock::now();
  const std::uint64_t first = ticks_now();
  auto ended = began;
  while (ended - began < kCalibration) ended = SteadyClock::now();
  nanoseconds_per_tick_ =
      nanoseconds_between(began, ended) / static_cast<double>(ticks_now() - first);
  std::vector<std::uint64_t> empty;
  for (int i = 0; i < kEmptySamples; ++i) {
    const std::uint64_t begin = ticks_now();
    empty.push_back(ticks_now() - begin);
  }
  empty_ = value_at(std::move(empty), 0.5);
}

double Latencies::quantile(const TickScale& scale, double part) const {
  if (ticks_.empty()) return 0;
  const std::uint64_t ticks = value_at(ticks_, part);
  return scale.nanoseconds(ticks - std::min(ticks, scale.empty()));
}

}  // namespace claviger::bench
