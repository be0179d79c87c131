// What a dry run says of a change that takes something away. Private to the api module.
#pragma once

#include "route.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "claviger/service/stop_impact.h"

namespace claviger::api {

[[nodiscard]] nlohmann::json present(const service::CountedCalls& calls);

/// {"keys":…,"callsInLast30Days":{…}} for a call that has been rehearsed: the active keys that
/// would stop. nullopt if the route stops none.
Result<std::optional<nlohmann::json>> impact_of(const Route& route, const Call& call);

}  // namespace claviger::api
