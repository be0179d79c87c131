// /v1/users/{id}/handover and /v1/handovers.
#include "claviger/service/handovers.h"

#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"
#include "claviger/service/applications.h"

namespace claviger::api {
namespace {

nlohmann::json present_handover(const Call& call, const core::Handover& handover) {
  nlohmann::json applications = nlohmann::json::array();
  for (const core::ApplicationId& id : handover.applications) applications.push_back(id.str());
  nlohmann::json decided_at = nullptr;
  if (handover.decided_at) decided_at = present_time(*handover.decided_at);
  return {{"id", handover.id.str()},
          {"organizationId", handover.organization.str()},
          {"fromUserId", handover.from.str()},
          {"toUserId", handover.to.str()},
          {"applications", std::move(applications)},
          {"status", core::to_string(core::status_at(handover, call.context().clock.now()))},
          {"createdAt", present_time(handover.created_at)},
          {"expiresAt", present_time(handover.expires_at)},
          {"decidedAt", std::move(decided_at)}};
}

Result<http::Response> offer_handover(const Call& call) {
  const auto from = TRY(call.id<core::UserId>("id"));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  service::NewHandover wanted{
      .from = from, .to = body.required_id<core::UserId>("toUserId"), .applications = {}};
  const auto named = body.optional_ids<core::ApplicationId>(
      "applications",
      {.min_items = 1, .max_items = static_cast<std::size_t>(service::kMostNamedApplications)});
  if (named) wanted.applications = *named;
  TRY(body.finish());
  const auto offered = TRY(service::offer_handover(call.context(), call.caller, wanted));
  return http::json_response(201, present_handover(call, offered));
}

Result<http::Response> list_handovers(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::HandoverId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_my_handovers(call.context(), call.caller, page)),
      [&](const auto& handover) { return present_handover(call, handover); },
      [](const auto& handover) { return handover.id; });
}

Result<http::Response> accept_handover(const Call& call) {
  const auto id = TRY(call.id<core::HandoverId>("id"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  const auto changed = TRY(service::accept_handover(call.context(), call.caller, id));
  return changed_response(call, wait, changed, "handover", present_handover(call, changed.value));
}

Result<http::Response> decline_handover(const Call& call) {
  const auto id = TRY(call.id<core::HandoverId>("id"));
  const auto handover = TRY(service::decline_handover(call.context(), call.caller, id));
  return http::json_response(200, present_handover(call, handover));
}

}  // namespace

void add_handover_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/users/{id}/handover",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = nothing_on_own_else(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = offer_handover});
  routes.push_back({.method = "GET",
                    .path = "/v1/handovers",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_handovers});
  routes.push_back({.method = "POST",
                    .path = "/v1/handovers/{id}/accept",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = accept_handover});
  routes.push_back({.method = "POST",
                    .path = "/v1/handovers/{id}/decline",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = decline_handover});
}

}  // namespace claviger::api
