// /api/v3/users/logins, /users/{userUid}/logins, /users/{userUid}/tokens and
// /organizations/{organizationUid}/keys.
#include "envelope.h"
#include "kept_by_nobody.h"
#include "key_body.h"
#include "lenient_json.h"
#include "list_query.h"
#include "login_patch.h"
#include "present.h"
#include "row.h"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/service/personal_access_tokens.h"
#include "claviger/service/veeam_logins.h"

namespace claviger::api {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestDescription = 2000;

Error nothing_there(std::string_view what) {
  return Error::refused(ErrorCode::kNotFound, "There is no such " + std::string(what) + '.');
}

template <class Id>
Result<Id> id_in_path(const Call& call, std::string_view name, std::string_view what) {
  const auto uuid = veeam::parse_uuid(call.path.get(name));
  if (!uuid) return fail(nothing_there(what));
  return Id(*uuid);
}

Result<core::UserId> user_in_path(const Call& call) {
  return id_in_path<core::UserId>(call, "userUid", "user");
}

Result<std::int64_t> login_number(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    return fail(nothing_there("login of this user"));
  return number;
}

Result<service::LoginName> name_in_path(const Call& call) {
  return service::LoginName{.user = TRY(user_in_path(call)),
                            .number = TRY(login_number(call.path.get("userLoginId")))};
}

// ---- finding

Result<http::Response> list(const Call& call, const service::LoginSearch& search,
                            veeam::Pages pages) {
  http::QueryReader reader(call.request.query);
  const auto query = veeam::read_list_query(reader, veeam::login_properties(), pages);
  TRY(reader.finish());
  std::vector<json> logins;
  for (const auto& login : TRY(service::list_logins(call.context(), call.caller, search)))
    logins.push_back(veeam::present(login));
  return veeam::answer_list(query, std::move(logins));
}

Result<http::Response> list_logins(const Call& call) {
  return list(call, {}, veeam::Pages::kYes);
}

Result<http::Response> list_logins_of_user(const Call& call) {
  return list(call, {.user = TRY(user_in_path(call))}, veeam::Pages::kNo);
}

Result<http::Response> list_keys_of_organization(const Call& call) {
  const auto id = TRY(id_in_path<core::OrganizationId>(call, "organizationUid", "organization"));
  return list(call, {.user = std::nullopt, .organization = id}, veeam::Pages::kYes);
}

Result<http::Response> get_login(const Call& call) {
  const auto name = TRY(name_in_path(call));
  return veeam::data_response(
      veeam::present(TRY(service::get_login(call.context(), call.caller, name))));
}

// ---- making

/// `scopes=rest&scopes=ui`, or an array of JSON in one parameter.
core::ServiceClasses read_classes(http::QueryReader& query) {
  core::ServiceClasses classes;
  const auto add = [&](const std::string& word) {
    const auto known = core::parse_service_class(word);
    if (known)
      classes = classes.with(*known);
    else
      query.fault("scopes", "not-a-scope", "A scope is ui, rest or integration.");
  };
  for (const std::string& text : query.all_strings("scopes", {.max_bytes = 200})) {
    if (!text.starts_with('[')) {
      add(text);
      continue;
    }
    const auto words = veeam::parse_lenient_json(text);
    if (!words) query.fault("scopes", "not-json", words.error().public_text().str());
    for (const json& word : words.value_or(json::array()))
      add(word.is_string() ? word.get<std::string>() : std::string());
  }
  if (classes.is_empty())
    query.fault("scopes", "missing", "\"scopes\" names at least one of ui, rest, integration.");
  return classes;
}

/// In any case: scripts write "True".
bool read_truth(http::QueryReader& query, std::string_view name) {
  const auto text = query.optional_string(name, {.max_bytes = 10});
  const bool is_true = text && http::equal_ignoring_case(*text, "true");
  if (text && !is_true && !http::equal_ignoring_case(*text, "false"))
    query.fault(name, "not-a-truth-value", "\"" + std::string(name) + "\" is true or false.");
  return is_true;
}

/// May whatever its user may, within its classes, for ever.
service::NewToken read_new_login(http::QueryReader& query) {
  service::NewToken token{.wanted = {}, .is_living = true};
  service::NewKey& wanted = token.wanted;
  wanted.description = query.required_string("description", {.max_bytes = kLongestDescription});
  wanted.name = wanted.description.size() <= kKeyName.max_bytes ? wanted.description : "API key";
  wanted.classes = read_classes(query);
  wanted.read_only = read_truth(query, "isReadAccessOnly");
  return token;
}

Result<http::Response> create_login(const Call& call) {
  const auto user = TRY(user_in_path(call));
  if (user != call.caller.principal.user)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A key acts for its user, who alone makes it: ask for your own "
                               "userUid, which GET /api/v3/users/me shows."));
  http::QueryReader query(call.request.query);
  const service::NewToken token = read_new_login(query);
  TRY(query.finish());
  const auto issued = TRY(service::issue_token(call.context(), call.caller, token));
  const std::int64_t number = issued.view.key.login_number.value_or(0);
  json login = veeam::present(
      TRY(service::get_login(call.context(), call.caller, {.user = user, .number = number})));
  login["parameters"] = issued.secret.reveal();
  return kept_by_nobody(veeam::data_response(login));
}

// ---- changing

Result<http::Response> change_login(const Call& call) {
  const auto name = TRY(name_in_path(call));
  const json present = veeam::present(TRY(service::get_login(call.context(), call.caller, name)));
  const auto patch = TRY(veeam::read_login_patch(call.request.body, present));
  if (const auto* fault = std::get_if<json>(&patch)) return veeam::error_response(400, *fault);
  const auto& change = std::get<service::LoginChange>(patch);
  return veeam::data_response(
      veeam::present(TRY(service::change_login(call.context(), call.caller, name, change))));
}

Result<http::Response> delete_login(const Call& call) {
  const auto name = TRY(name_in_path(call));
  TRY(service::delete_login(call.context(), call.caller, name));
  return veeam::data_response(true);
}

/// A login that is named must be there; a key has no other tokens than itself.
Result<http::Response> delete_tokens(const Call& call) {
  const auto user = TRY(user_in_path(call));
  http::QueryReader query(call.request.query);
  const auto number = query.optional_integer("userLoginId", {});
  TRY(query.finish());
  if (number)
    TRY(service::get_login(call.context(), call.caller, {.user = user, .number = *number}));
  else
    TRY(service::end_tokens_of(call.context(), call.caller, user));
  return veeam::data_response(true);
}

}  // namespace

void add_veeam_login_routes(Routes& routes) {
  using enum core::Permission;
  constexpr std::string_view kLogins = "/users/{userUid}/logins";
  constexpr std::string_view kLogin = "/users/{userUid}/logins/{userLoginId}";
  const Needs view = mine_or_any(kViewKeysOfMine, kViewKeysOfAny);
  // A description needs the one, a status the other.
  const Needs change = {.own = {kEditKeysOfMine, kRevokeKeysOfMine},
                        .others = {{kEditKeysOfAny, kRevokeKeysOfAny}}};
  const auto add = [&](std::string method, std::string_view path, Needs needs, Handler handler) {
    routes.push_back(veeam::row(std::move(method), path, std::move(needs), std::move(handler)));
  };
  add("GET", "/users/logins", view, list_logins);
  add("GET", kLogins, view, list_logins_of_user);
  add("GET", kLogin, view, get_login);
  routes.back().query = Query::kRefused;
  add("GET", "/organizations/{organizationUid}/keys", view, list_keys_of_organization);
  add("POST", "/users/{userUid}/logins/apikey", own_alone(kCreateKeysForMine), create_login);
  add("DELETE", kLogin, mine_or_any(kRevokeKeysOfMine, kRevokeKeysOfAny), delete_login);
  routes.back().query = Query::kRefused;
  add("DELETE", "/users/{userUid}/tokens", nothing_on_own_else(kManageUsers), delete_tokens);
  add("PATCH", kLogin, change, change_login);
  routes.back().query = Query::kRefused;
  routes.back().max_body_bytes = kSmallBody;
  routes.back().content_types = {"application/json", "application/json-patch+json"};
}

}  // namespace claviger::api
