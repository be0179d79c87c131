#include "claviger/service/gateway_watch.h"

#include <algorithm>

namespace claviger::service {

void GatewayWatch::enter(core::GatewayId gateway, const std::string& name) {
  const std::lock_guard lock(mutex_);
  // Live from here on: until it has a keyring of this server, it may decide by an older one.
  entries_[gateway] = {.name = name,
                       .progress = {.applied = {}, .applied_at = {}, .heard_at = clock_.now()}};
}

void GatewayWatch::report(core::GatewayId gateway, core::Version applied) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(gateway);
    if (found == entries_.end()) return;
    GatewayProgress& progress = found->second.progress;
    progress.heard_at = clock_.now();
    if (applied == progress.applied) return;
    progress.applied = applied;
    progress.applied_at = progress.heard_at;
  }
  reported_.notify_all();
}

std::optional<GatewayProgress> GatewayWatch::progress(core::GatewayId gateway) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(gateway);
  if (found == entries_.end()) return std::nullopt;
  return found->second.progress;
}

bool GatewayWatch::has_live() const {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.now();
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return is_live(entry.second.progress.heard_at, now);
  });
}

bool GatewayWatch::all_live_have(core::Version version) const {
  const Time now = clock_.now();
  return std::all_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const GatewayProgress& progress = entry.second.progress;
    return progress.applied >= version || !is_live(progress.heard_at, now);
  });
}

Receipt GatewayWatch::wait_applied(core::Version version, Time changed_at,
                                   std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  // A gateway's lease may end meanwhile, which nobody reports.
  constexpr std::chrono::milliseconds kLookAgain{250};
  for (auto now = std::chrono::steady_clock::now(); !all_live_have(version) && now < deadline;
       now = std::chrono::steady_clock::now())
    reported_.wait_until(lock, std::min(deadline, now + kLookAgain));
  Receipt receipt{version, {}};
  for (const auto& [id, entry] : entries_) {
    ReceiptLine line{.gateway = id, .name = entry.name, .reach = Reach::kSilent, .after = {}};
    if (entry.progress.applied >= version) {
      line.reach = Reach::kApplied;
      line.after = std::max(Microseconds{0}, entry.progress.applied_at - changed_at);
    }
    receipt.gateways.push_back(line);
  }
  return receipt;
}

}  // namespace claviger::service
