// /v1/users.
#include "claviger/service/users.h"

#include "kept_by_nobody.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"
#include "claviger/service/second_factor.h"
#include "claviger/service/sessions.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMostRoles = 50;

Result<http::Response> list_users(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::UserId>(call, query);
  service::UserSearch search;
  const auto status = query.optional_choice("status", {"enabled", "disabled"});
  if (status)
    search.status =
        *status == "enabled" ? core::AccountStatus::kEnabled : core::AccountStatus::kDisabled;
  search.role = query.optional_string("role", {.max_bytes = 200});
  search.email = query.optional_string("email", {.max_bytes = 254});
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_users(call.context(), call.caller, search, page)),
      [](const auto& view) { return present(view); },
      [](const auto& view) { return view.user.id; });
}

Result<http::Response> get_user(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  const service::UserView view = TRY(service::get_user(call.context(), call.caller, id));
  return tagged_response(view.user.version, present(view));
}

nlohmann::json present_link(const service::IssuedPasswordLink& link) {
  return {{"token", link.token.reveal()}, {"expiresAt", present_time(link.expires_at)}};
}

Result<http::Response> create_user(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  service::NewUser wanted;
  wanted.email = body.required_string("email", {.max_bytes = 254});
  wanted.name = body.required_string("name", {.max_bytes = 200});
  auto password = body.optional_string("password", {.max_bytes = service::kMaxPasswordBytes});
  if (password) wanted.password = Secret(*std::move(password));
  wanted.roles =
      body.required_strings("roles", {.min_items = 1, .max_items = kMostRoles}, {.max_bytes = 200});
  wanted.organization = body.optional_id<core::OrganizationId>("organizationId");
  TRY(body.finish());
  const auto made = TRY(service::create_user(call.context(), call.caller, std::move(wanted)));
  nlohmann::json created = present(made.view);
  if (made.link) created["passwordLink"] = present_link(*made.link);
  return kept_by_nobody(created_response("/v1/users/" + made.view.user.id.str(), created));
}

Result<http::Response> update_user(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::UserChange change{
      .email = body.optional_string("email", {.max_bytes = 254}),
      .name = body.optional_string("name", {.max_bytes = 200}),
      .roles = body.optional_strings("roles", {.min_items = 1, .max_items = kMostRoles},
                                     {.max_bytes = 200})};
  TRY(body.finish());
  const auto changed = TRY(service::update_user(call.context(), call.caller, id, change));
  return changed_response(call, wait, changed, "user", present(changed.value));
}

/// Disabling, enabling and deleting: no body, a receipt if it is waited for.
template <class Change>
Handler changing(Change change) {
  return [change](const Call& call) -> Result<http::Response> {
    const auto id = TRY(call.id<core::UserId>("id"));
    http::QueryReader query(call.request.query);
    const Wait wait = read_wait(query);
    TRY(query.finish());
    const auto changed = TRY(change(call.context(), call.caller, id));
    return changed_response(call, wait, changed, "user", present(changed.value));
  };
}

Result<http::Response> reset_password(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  const auto link = TRY(service::reset_password(call.context(), call.caller, id));
  return kept_by_nobody(http::json_response(201, present_link(link)));
}

Result<http::Response> reset_second_factor(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  TRY(service::reset_second_factor(call.context(), call.caller, id));
  return http::no_content();
}

Result<http::Response> list_sessions(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::SessionId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_sessions_of(call.context(), call.caller, id, page)),
      [](const core::Session& session) { return present(session); },
      [](const auto& session) { return session.id; });
}

Result<http::Response> end_session(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  const auto session = TRY(call.id<core::SessionId>("sessionId"));
  TRY(service::end_session_of(call.context(), call.caller, id, session));
  return http::no_content();
}

Result<http::Response> end_sessions(const Call& call) {
  const auto id = TRY(call.id<core::UserId>("id"));
  const auto count = TRY(service::end_sessions_of(call.context(), call.caller, id));
  return http::json_response(200, {{"ended", count}});
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
void add_user_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/users",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_users});
  routes.push_back({.method = "POST",
                    .path = "/v1/users",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_user});
  routes.push_back({.method = "GET",
                    .path = "/v1/users/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_user});
  routes.push_back({.method = "PATCH",
                    .path = "/v1/users/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kWaitingBudget,
                    .handler = update_user});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/users/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStopsKeys,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::delete_user)});
  routes.push_back({.method = "POST",
                    .path = "/v1/users/{id}/disable",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStopsKeys,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::disable_user)});
  routes.push_back({.method = "POST",
                    .path = "/v1/users/{id}/enable",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::enable_user)});
  routes.push_back({.method = "POST",
                    .path = "/v1/users/{id}/reset-password",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = reset_password});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/users/{id}/sessions",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = end_sessions});
  routes.push_back({.method = "GET",
                    .path = "/v1/users/{id}/sessions",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_sessions});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/users/{id}/sessions/{sessionId}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = end_session});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/users/{id}/totp",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = one(core::Permission::kManageUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = reset_second_factor});
}

}  // namespace claviger::api
