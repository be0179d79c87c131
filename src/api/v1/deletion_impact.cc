// GET /v1/users/{id}/deletion-impact.
#include "claviger/service/deletion_impact.h"

#include "impact.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

Result<http::Response> deletion_impact(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  const auto impact = TRY(service::deletion_impact(call.context(), call.caller, id));
  nlohmann::json applications = nlohmann::json::array();
  for (const service::ApplicationView& view : impact.applications)
    applications.push_back(present(view));
  return http::json_response(200, {{"applications", std::move(applications)},
                                   {"applicationCount", impact.application_count},
                                   {"keys", impact.keys},
                                   {"keysElsewhere", impact.keys_elsewhere},
                                   {"callsInLast30Days", present(impact.calls)}});
}

}  // namespace

void add_deletion_impact_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/users/{id}/deletion-impact",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing_on_own_else(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = deletion_impact});
}

}  // namespace claviger::api
