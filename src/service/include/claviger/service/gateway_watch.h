// What this process knows of the gateways whose agents report to it: who is there, how far each has
// come, and the receipt of a change, which is given once every live one of them decides by it.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"

namespace claviger::service {

/// A gateway that has not been heard of for this long is silent: a receipt names it and does not
/// wait for it.
inline constexpr Microseconds kGatewayLease = std::chrono::seconds{10};

/// True while a gateway that was heard of then may still be one that decides.
[[nodiscard]] constexpr bool is_live(Time heard_at, Time now) {
  return now - heard_at <= kGatewayLease;
}

enum class Presence : std::uint8_t { kSilent, kLive };

enum class Reach : std::uint8_t { kSilent, kApplied };

/// What became of one change at one gateway.
struct ReceiptLine {
  core::GatewayId gateway;
  std::string name;
  Reach reach = Reach::kSilent;
  Microseconds after{0};  ///< from the change's transaction until it was applied; only if applied
};

struct Receipt {
  core::Version version;
  std::vector<ReceiptLine> gateways;
};

/// How far a gateway has come.
struct GatewayProgress {
  core::Version applied;
  Time applied_at;  ///< when it first said so
  Time heard_at;
};

/// Progress of the gateways whose agents report to this process. Thread-safe.
class GatewayWatch {
 public:
  explicit GatewayWatch(const Clock& clock) : clock_(clock) {}

  void enter(core::GatewayId gateway, const std::string& name);

  /// The gateway decides by `applied` from now on.
  void report(core::GatewayId gateway, core::Version applied);

  [[nodiscard]] std::optional<GatewayProgress> progress(core::GatewayId gateway) const;

  /// True if at least one gateway is live.
  [[nodiscard]] bool has_live() const;

  /// Waits until every live gateway has applied `version`, changed at `changed_at`, at most
  /// until `deadline`. Those that did not are in the receipt as silent.
  Receipt wait_applied(core::Version version, Time changed_at,
                       std::chrono::steady_clock::time_point deadline);

 private:
  struct Entry {
    std::string name;
    GatewayProgress progress;
  };

  [[nodiscard]] bool all_live_have(core::Version version) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable reported_;
  std::map<core::GatewayId, Entry> entries_;
};

}  // namespace claviger::service
