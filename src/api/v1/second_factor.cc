// /v1/me/totp: the second factor of one's own sign-ins.
#include "claviger/service/second_factor.h"

#include "kept_by_nobody.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/core/key_text.h"
#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr http::StringRule kPassword = {.max_bytes = service::kMaxPasswordBytes};
constexpr http::StringRule kCode = {.max_bytes = core::kMaxCredentialBytes};

Result<http::Response> start_totp(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const Secret present(body.required_string("currentPassword", kPassword));
  TRY(body.finish());
  const auto started = TRY(service::start_second_factor(call.context(), call.caller, present));
  return kept_by_nobody(http::json_response(
      201, {{"secret", started.secret.reveal()}, {"otpauthUri", started.uri.reveal()}}));
}

Result<http::Response> confirm_totp(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const std::string code = body.required_string("code", kCode);
  TRY(body.finish());
  nlohmann::json codes = nlohmann::json::array();
  for (const Secret& recovery :
       TRY(service::confirm_second_factor(call.context(), call.caller, code)))
    codes.push_back(recovery.reveal());
  return kept_by_nobody(http::json_response(200, {{"recoveryCodes", std::move(codes)}}));
}

Result<http::Response> end_totp(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const Secret present(body.required_string("currentPassword", kPassword));
  const std::string code = body.required_string("code", kCode);
  TRY(body.finish());
  TRY(service::end_second_factor(call.context(), call.caller, present, code));
  return http::no_content();
}

}  // namespace

void add_second_factor_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/me/totp",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = start_totp});
  routes.push_back({.method = "POST",
                    .path = "/v1/me/totp/confirm",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = confirm_totp});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/me/totp",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = end_totp});
}

}  // namespace claviger::api
