// /v1/applications.
#include "claviger/service/applications.h"

#include "list.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

Result<http::Response> list_applications(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::ApplicationId>(query);
  TRY(query.finish());
  return page_response(
      TRY(service::list_applications(call.context(), call.caller, page)),
      [](const auto& view) { return present(view); },
      [](const auto& view) { return view.application.id; });
}

Result<http::Response> create_application(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewApplication wanted{
      .name = body.required_string("name", {.max_bytes = 200}),
      .description = body.optional_string("description", {.max_bytes = 2000,
                                                          .lines = http::Lines::kMany,
                                                          .empty = http::Empty::kAllowed})
                         .value_or("")};
  TRY(body.finish());
  return http::json_response(
      201, present(TRY(service::create_application(call.context(), call.caller, wanted))));
}

Result<http::Response> get_application(const Call& call) {
  const auto id = TRY(call.id<core::ApplicationId>("id"));
  return http::json_response(
      200, present(TRY(service::get_application(call.context(), call.caller, id))));
}

}  // namespace

void add_application_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/applications",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kViewApplications,
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_applications});
  routes.push_back({.method = "POST",
                    .path = "/v1/applications",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kCreateApplication,
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_application});
  routes.push_back({.method = "GET",
                    .path = "/v1/applications/{id}",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kViewApplications,
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_application});
}

}  // namespace claviger::api
