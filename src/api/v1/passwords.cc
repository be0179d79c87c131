// POST /v1/me/password, and POST /v1/passwords by a link.
#include "claviger/service/passwords.h"

#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/core/key_text.h"
#include "claviger/http/object_reader.h"
#include "claviger/service/choose_password.h"

namespace claviger::api {
namespace {

constexpr http::StringRule kPassword = {.max_bytes = service::kMaxPasswordBytes};

Result<http::Response> change_password(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::PasswordChange change{
      .present = Secret(body.required_string("currentPassword", kPassword)),
      .wanted = Secret(body.required_string("password", kPassword))};
  TRY(body.finish());
  TRY(service::change_password(call.context(), call.caller, change));
  return http::no_content();
}

Result<http::Response> choose_password(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const Secret token(body.required_string("token", {.max_bytes = core::kMaxCredentialBytes}));
  const Secret wanted(body.required_string("password", kPassword));
  TRY(body.finish());
  TRY(service::choose_password(
      call.context(), token.reveal(), wanted,
      {.request_id = call.request.id, .source_ip = call.caller.source_ip}));
  return http::no_content();
}

}  // namespace

void add_password_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/me/password",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = change_password});
  routes.push_back({.method = "POST",
                    .path = "/v1/passwords",
                    .credential = Credential::kNone,
                    .effect = Effect::kChanges,
                    .needs = nothing(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = choose_password});
}

}  // namespace claviger::api
