// POST /api/v3/token: a session as a pair of tokens, by password (RFC 6749 §4.3) or by the refresh
// token of the last pair.
#include "route.h"
#include "visit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/http/form_body.h"
#include "claviger/service/sessions.h"

namespace claviger::api {
namespace {

using nlohmann::json;

/// RFC 6749 §5.2, with the field that this contract always has.
http::Response refusal(std::string_view error, std::string_view description) {
  http::Response response = http::json_response(
      400, {{"error", error}, {"error_description", description}, {"error_uri", nullptr}});
  response.headers.set({"Cache-Control", "no-store"});
  return response;
}

class Form {
 public:
  explicit Form(std::vector<http::Parameter> fields) : fields_(std::move(fields)) {}

  /// Empty if it is not there.
  [[nodiscard]] std::string_view get(std::string_view name) const {
    const auto found = find(name);
    return found == fields_.end() ? std::string_view() : std::string_view(found->value);
  }

  /// RFC 6749 §3.2: no field stands twice.
  [[nodiscard]] bool has_repeated_field() const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const http::Parameter& field) { return &*find(field.name) != &field; });
  }

 private:
  [[nodiscard]] std::vector<http::Parameter>::const_iterator find(std::string_view name) const {
    return std::find_if(fields_.begin(), fields_.end(),
                        [&](const http::Parameter& field) { return field.name == name; });
  }

  std::vector<http::Parameter> fields_;
};

http::Response pair_response(const service::TokenPair& pair) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(pair.lifetime);
  http::Response response = http::json_response(200, {{"access_token", pair.access.reveal()},
                                                      {"token_type", "bearer"},
                                                      {"refresh_token", pair.refresh.reveal()},
                                                      {"mfa_token", nullptr},
                                                      {"encrypted_code", nullptr},
                                                      {"expires_in", seconds.count()}});
  response.headers.set({"Cache-Control", "no-store"});
  return response;
}

Result<service::TokenPair> grant(const Call& call, const Form& form) {
  const service::Visit visit = visit_of(call);
  if (form.get("grant_type") == "refresh_token")
    return service::refresh_tokens(call.context(), form.get("refresh_token"), visit);
  const bool reads = http::equal_ignoring_case(form.get("readOnly"), "true");
  return service::sign_in_for_tokens(
      call.context(), form.get("username"), Secret(std::string(form.get("password"))),
      reads ? service::Extent::kReading : service::Extent::kEverything, visit);
}

/// Of the errors, wrong words of whoever asks are refusals in the form of OAuth.
Result<http::Response> create_token(const Call& call) {
  const auto content_type = TRY(call.request.headers.one("Content-Type"));
  auto fields = http::read_form(content_type.value_or(""), call.request.body);
  if (!fields) return refusal("invalid_request", fields.error().public_text().str());
  const Form form(*std::move(fields));
  if (form.has_repeated_field())
    return refusal("invalid_request", "A field of the form stands twice.");
  const std::string_view type = form.get("grant_type");
  if (type.empty()) return refusal("invalid_request", "The form has no grant_type.");
  if (type != "password" && type != "refresh_token")
    return refusal("unsupported_grant_type",
                   "The grant types here are password and refresh_token.");
  if (form.get("password").size() > service::kMaxPasswordBytes)
    return refusal("invalid_request", "The password is longer than any password here.");
  const auto pair = grant(call, form);
  if (pair) return pair_response(*pair);
  if (pair.error().code() != ErrorCode::kSignInRequired) return fail(pair.error());
  if (type == "refresh_token")
    return refusal("invalid_grant",
                   "The refresh token has been used, or has ended. Sign in again.");
  return refusal("invalid_request",
                 "Cannot complete login due to incorrect username or password, or no sufficient "
                 "rights.");
}

}  // namespace

void add_veeam_token_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = std::string(kVeeamBase) + "/token",
                    .credential = Credential::kNone,
                    .permission = std::nullopt,
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = {"application/x-www-form-urlencoded", "multipart/form-data"},
                    .time_budget = kUsualBudget,
                    .handler = create_token});
}

}  // namespace claviger::api
