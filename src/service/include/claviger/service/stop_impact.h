// What would stop with a change that takes something away.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/service/context.h"
#include "claviger/store/user_holdings.h"

namespace claviger::service {

using store::KeyHolder;

/// How far back an impact counts calls.
inline constexpr Microseconds kImpactWindow = std::chrono::hours{24 * 30};

/// Calls as the gateway of this server's host has counted them: one number for each key and the
/// time of its last call, from `since` on. A key that is older than the window, at a gateway that
/// is, has been called in it between once and as often as ever.
struct CountedCalls {
  std::uint64_t at_least = 0;
  std::uint64_t at_most = 0;
  std::optional<Time> since;  ///< nullopt: nothing is counted here
};

struct StopImpact {
  std::int64_t keys = 0;  ///< active ones
  CountedCalls calls;     ///< with these keys, in the last kImpactWindow
};

/// Of whoever may do it: says nothing of who asks.
Result<StopImpact> stop_impact(Context& context, const std::vector<KeyHolder>& stopped);

}  // namespace claviger::service
