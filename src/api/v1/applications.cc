// /v1/applications.
#include "claviger/service/applications.h"

#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr http::StringRule kDescription = {
    .max_bytes = 2000, .lines = http::Lines::kMany, .empty = http::Empty::kAllowed};

Result<http::Response> list_applications(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::ApplicationId>(call, query);
  const auto owner = query.optional_id<core::UserId>("ownerId");
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_applications(call.context(), call.caller, owner, page)),
      [](const auto& view) { return present(view); },
      [](const auto& view) { return view.application.id; });
}

Result<http::Response> create_application(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewApplication wanted{
      .name = body.required_string("name", {.max_bytes = 200}),
      .description = body.optional_string("description", kDescription).value_or("")};
  TRY(body.finish());
  const auto made = TRY(service::create_application(call.context(), call.caller, wanted));
  return created_response("/v1/applications/" + made.application.id.str(), present(made));
}

Result<http::Response> get_application(const Call& call) {
  const auto id = TRY(call.id<core::ApplicationId>("id"));
  const service::ApplicationView view =
      TRY(service::get_application(call.context(), call.caller, id));
  return tagged_response(view.application.version, present(view));
}

Result<http::Response> edit_application(const Call& call) {
  const auto id = TRY(call.id<core::ApplicationId>("id"));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::ApplicationChange change{
      .name = body.optional_string("name", {.max_bytes = 200}),
      .description = body.optional_string("description", kDescription)};
  TRY(body.finish());
  const auto changed = TRY(service::edit_application(call.context(), call.caller, id, change));
  return tagged_response(changed.version, present(changed.value));
}

Result<http::Response> revoke_application(const Call& call) {
  const auto id = TRY(call.id<core::ApplicationId>("id"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  const auto changed = TRY(service::revoke_application(call.context(), call.caller, id));
  return changed_response(call, wait, changed, "application", present(changed.value));
}

}  // namespace

void add_application_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/applications",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewApplications),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_applications});
  routes.push_back({.method = "POST",
                    .path = "/v1/applications",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = one(core::Permission::kCreateApplication),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_application});
  routes.push_back({.method = "GET",
                    .path = "/v1/applications/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewApplications),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_application});
  routes.push_back({.method = "PATCH",
                    .path = "/v1/applications/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kEditApplication),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = edit_application});
  routes.push_back({.method = "POST",
                    .path = "/v1/applications/{id}/revoke",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStopsKeys,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kRevokeApplication),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = revoke_application});
}

}  // namespace claviger::api
