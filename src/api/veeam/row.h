// What the rows of the façade's routes share. Private to the api module.
#pragma once

#include "route.h"

#include <string>
#include <string_view>
#include <utility>

namespace claviger::api::veeam {

/// What the method says, as this API has no other.
[[nodiscard]] inline Effect effect_of(std::string_view method) {
  if (method == "GET") return Effect::kReads;
  return method == "DELETE" ? Effect::kStops : Effect::kChanges;
}

/// Below /api/v3, for whoever has a credential; reads its parameters and takes no body.
[[nodiscard]] inline Route row(std::string method, std::string_view path, Needs needs,
                               Handler handler) {
  const Effect effect = effect_of(method);
  return {.method = std::move(method),
          .path = std::string(kVeeamBase).append(path),
          .credential = Credential::kRequired,
          .effect = effect,
          .needs = std::move(needs),
          .query = Query::kRead,
          .max_body_bytes = kNoBody,
          .content_types = {},
          .time_budget = kUsualBudget,
          .handler = std::move(handler)};
}

}  // namespace claviger::api::veeam
