#include "claviger/service/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace claviger::service {
namespace {

/// The cell of all who come while there is no room for more.
constexpr const char* kAllOthers = "";

/// A sweep goes through all cells: not for each who comes.
constexpr Microseconds kSweepStep = std::chrono::seconds{1};

Microseconds step_of(const RatePolicy& policy) {
  return policy.window / policy.quota;
}

}  // namespace

RateLimiter::RateLimiter(RatePolicy policy, std::size_t most_keys)
    : policy_(std::move(policy)), most_keys_(most_keys) {}

Result<void> RateLimiter::take(const std::string& key, Time now) {
  if (policy_.quota <= 0) return {};
  const std::lock_guard lock(mutex_);
  Time& due = due_[cell_of(key, now)];
  const Time next = std::max(due, now) + step_of(policy_);
  if (next - now <= policy_.window) {
    due = next;
    return {};
  }
  using std::chrono::seconds;
  return fail(Error::too_often(
      policy_.refusal, {.policy = policy_.name,
                        .quota = policy_.quota,
                        .window = std::chrono::ceil<seconds>(policy_.window),
                        .retry_after = std::chrono::ceil<seconds>(next - policy_.window - now)}));
}

void RateLimiter::give_back(const std::string& key) {
  if (policy_.quota <= 0) return;
  const std::lock_guard lock(mutex_);
  auto cell = due_.find(key);
  if (cell == due_.end()) cell = due_.find(kAllOthers);
  if (cell != due_.end()) cell->second -= step_of(policy_);
}

std::string RateLimiter::cell_of(const std::string& key, Time now) {
  if (due_.size() < most_keys_ || due_.contains(key)) return key;
  if (now >= next_sweep_) {
    std::erase_if(due_, [now](const auto& cell) { return cell.second <= now; });
    next_sweep_ = now + kSweepStep;
  }
  return due_.size() < most_keys_ ? key : kAllOthers;
}

}  // namespace claviger::service
