// POST /api/v3/token: a session as a pair of tokens, by password (RFC 6749 §4.3) or by the refresh
// token of the last pair.
#include "kept_by_nobody.h"
#include "route.h"
#include "visit.h"

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/http/form_body.h"
#include "claviger/service/sessions.h"

namespace claviger::api {
namespace {

using nlohmann::json;

/// RFC 6749 §5.2, with the field that this contract always has.
http::Response refusal(std::string_view error, std::string_view description) {
  return kept_by_nobody(http::json_response(
      400, {{"error", error}, {"error_description", description}, {"error_uri", nullptr}}));
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

/// Every field of the contract, null where it says nothing.
http::Response token_response(const json& fields) {
  json body = {{"access_token", nullptr}, {"token_type", nullptr},     {"refresh_token", nullptr},
               {"mfa_token", nullptr},    {"encrypted_code", nullptr}, {"expires_in", 0}};
  body.update(fields);
  return kept_by_nobody(http::json_response(200, body));
}

std::int64_t seconds_of(Microseconds lifetime) {
  return std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
}

http::Response pair_response(const service::TokenPair& pair) {
  return token_response({{"access_token", pair.access.reveal()},
                         {"token_type", "bearer"},
                         {"refresh_token", pair.refresh.reveal()},
                         {"expires_in", seconds_of(pair.lifetime)}});
}

/// What the tokens are to be good for; with every grant, and never more than before.
service::Extent extent_of(const Form& form) {
  return http::equal_ignoring_case(form.get("readOnly"), "true") ? service::Extent::kReading
                                                                 : service::Extent::kEverything;
}

bool is_truth_or_nothing(std::string_view text) {
  return text.empty() || http::equal_ignoring_case(text, "true") ||
         http::equal_ignoring_case(text, "false");
}

Result<http::Response> by_password(const Call& call, const Form& form) {
  const auto signed_in = TRY(service::sign_in_for_tokens(call.context(), form.get("username"),
                                                         Secret(std::string(form.get("password"))),
                                                         extent_of(form), visit_of(call)));
  if (const auto* pair = std::get_if<service::TokenPair>(&signed_in)) return pair_response(*pair);
  const auto& pending = std::get<service::PendingSignIn>(signed_in);
  return token_response(
      {{"mfa_token", pending.mfa_token.reveal()}, {"expires_in", seconds_of(pending.lifetime)}});
}

Result<http::Response> by_code(const Call& call, const Form& form) {
  return pair_response(TRY(service::finish_sign_in_for_tokens(call.context(), form.get("mfa_token"),
                                                              form.get("mfa_code"), visit_of(call),
                                                              extent_of(form))));
}

Result<http::Response> by_refresh_token(const Call& call, const Form& form) {
  return pair_response(TRY(service::refresh_tokens(call.context(), form.get("refresh_token"),
                                                   visit_of(call), extent_of(form))));
}

/// A way to a token, and what is said of whoever may not go it.
struct Grant {
  std::string_view type;
  Result<http::Response> (*handler)(const Call&, const Form&);
  std::string_view error;
  std::string_view description;
};

constexpr std::string_view kWrongSignIn =
    "Cannot complete login due to incorrect username or password, or no sufficient rights.";
constexpr std::array<Grant, 3> kGrants = {
    {{"password", by_password, "invalid_request", kWrongSignIn},
     {"mfa", by_code, "invalid_grant", "The code is not right, or came too late. Sign in again."},
     {"refresh_token", by_refresh_token, "invalid_grant",
      "The refresh token has been used, or has ended. Sign in again."}}};

/// Wrong words of whoever asks are refused in the form of OAuth; all else is an error as elsewhere.
Result<http::Response> create_token(const Call& call) {
  const auto content_type = TRY(call.request.headers.one("Content-Type"));
  auto fields = http::read_form(content_type.value_or(""), call.request.body);
  if (!fields) return refusal("invalid_request", fields.error().public_text().str());
  const Form form(*std::move(fields));
  if (form.has_repeated_field())
    return refusal("invalid_request", "A field of the form stands twice.");
  const std::string_view type = form.get("grant_type");
  if (type.empty()) return refusal("invalid_request", "The form has no grant_type.");
  if (!is_truth_or_nothing(form.get("readOnly")))
    return refusal("invalid_request", "readOnly is true or false.");
  const auto* const grant = std::find_if(kGrants.begin(), kGrants.end(),
                                         [&](const Grant& known) { return known.type == type; });
  if (grant == kGrants.end())
    return refusal("unsupported_grant_type",
                   "The grant types here are password, mfa and refresh_token.");
  if (form.get("password").size() > service::kMaxPasswordBytes)
    return refusal("invalid_request", "The password is longer than any password here.");
  auto answer = grant->handler(call, form);
  if (!answer && answer.error().code() == ErrorCode::kSignInRequired)
    return refusal(grant->error, grant->description);
  return answer;
}

}  // namespace

void add_veeam_token_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = std::string(kVeeamBase) + "/token",
                    .credential = Credential::kNone,
                    .effect = Effect::kChanges,
                    .needs = nothing(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = {"application/x-www-form-urlencoded", "multipart/form-data"},
                    .time_budget = kUsualBudget,
                    .handler = create_token});
}

}  // namespace claviger::api
