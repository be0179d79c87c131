// What the gateway's counters tell of a span of time. Private to the service module.
#pragma once

#include <string>
#include <vector>

#include "claviger/service/stop_impact.h"
#include "claviger/store/user_holdings.h"

namespace claviger::service {

/// The calls with these keys from `from` on.
[[nodiscard]] CountedCalls count_calls(const std::string& state_directory,
                                       const std::vector<store::HeldKey>& keys, Time from);

}  // namespace claviger::service
