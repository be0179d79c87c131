// /v1/gateways.
#include "claviger/service/gateways.h"

#include "list.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

Result<http::Response> list_gateways(const Call& call) {
  nlohmann::json data = nlohmann::json::array();
  for (const service::GatewayView& view : TRY(service::list_gateways(call.context())))
    data.push_back(present(view));
  return page_of_whole(call, data);
}

}  // namespace

void add_gateway_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/gateways",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewGateways),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_gateways});
}

}  // namespace claviger::api
