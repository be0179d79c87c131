// How often somebody may do something.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::service {

struct RatePolicy {
  std::string name;  ///< "sign-in"
  int quota = 0;     ///< so many in any window; 0: no limit
  Microseconds window{0};
  std::string refusal;  ///< the sentence for whoever oversteps it
};

/// The generic cell rate algorithm, one cell per key, in memory of bounded size: once as many keys
/// are counted as there may be, new ones share a cell, and none that is counted loses its own
/// (docs/threats.md, M08). A server of its own counts for itself. Thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(RatePolicy policy, std::size_t most_keys = 100'000);

  /// Counts one. Errors: kTooManyRequests, which counts nothing.
  Result<void> take(const std::string& key, Time now);

  /// Takes one back, that has turned out not to count.
  void give_back(const std::string& key);

 private:
  std::string cell_of(const std::string& key, Time now);

  const RatePolicy policy_;
  const std::size_t most_keys_;
  std::mutex mutex_;
  Time next_sweep_ = kStartOfTime;
  std::unordered_map<std::string, Time> due_;  ///< when the cell would be empty again
};

}  // namespace claviger::service
