// /v1/gateways.
#include "claviger/service/gateways.h"

#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/query_reader.h"

namespace claviger::api {
namespace {

Result<http::Response> list_gateways(const Call& call) {
  http::QueryReader query(call.request.query);
  TRY(query.finish());
  nlohmann::json data = nlohmann::json::array();
  for (const service::GatewayView& view : TRY(service::list_gateways(call.context())))
    data.push_back(present(view));
  return http::json_response(200, {{"data", std::move(data)},
                                   {"pagination", {{"nextCursor", nullptr}, {"hasMore", false}}}});
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
