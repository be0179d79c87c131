// /v1/keys and /v1/applications/{id}/keys.
#include "claviger/service/keys.h"

#include "grant_body.h"
#include "key_body.h"
#include "list.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMaxGrants = 50;

// ---- creating

service::NewKey read_new_key(http::ObjectReader& body, core::ApplicationId application) {
  service::NewKey wanted;
  wanted.application = application;
  wanted.name = body.required_string("name", kKeyName);
  wanted.description = body.optional_string("description", kKeyText).value_or("");
  wanted.metadata = read_metadata(body).value_or(core::Metadata());
  for (http::ObjectReader& item :
       body.required_objects("grants", {.min_items = 1, .max_items = kMaxGrants})) {
    std::string api = item.required_string("api", {.max_bytes = 64});
    wanted.grants.push_back(read_grant(item));
    wanted.grants.back().api = std::move(api);
  }
  wanted.scopes =
      body.optional_strings("scopes", {.max_items = core::kMaxScopesPerApi}, {.max_bytes = 100})
          .value_or(std::vector<std::string>());
  wanted.read_only = body.optional_bool("readOnly").value_or(false);
  const service::NewExpiry expiry = read_expiry(body);
  wanted.expires_at = expiry.at;
  wanted.expires_in = expiry.in;
  if (!body.takes_null("notBefore")) wanted.not_before = body.optional_time("notBefore");
  wanted.allowed_ips = read_networks(body).value_or(std::nullopt);
  refuse_unenforced(body, {"limits", "assetGroup"});
  return wanted;
}

Result<http::Response> create_key(const Call& call) {
  const auto application = TRY(call.id<core::ApplicationId>("id"));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewKey wanted = read_new_key(body, application);
  TRY(body.finish());
  const service::IssuedKey issued = TRY(service::issue_key(call.context(), call.caller, wanted));
  nlohmann::json created = present(issued.view);
  created["secret"] = issued.secret.reveal();
  if (!issued.warnings.empty()) created["warnings"] = issued.warnings;
  http::Response response = http::json_response(201, created);
  response.headers.set({"Location", "/v1/keys/" + issued.view.key.id.str()});
  response.headers.set({"Cache-Control", "no-store"});
  return response;
}

// ---- finding

std::optional<core::KeyStatus> read_status(http::QueryReader& query) {
  const auto text = query.optional_choice("status", core::key_status_words());
  return text ? core::parse_key_status(*text) : std::nullopt;
}

Result<http::Response> keys_response(const Call& call, http::QueryReader& query,
                                     const service::KeyFilter& filter) {
  const auto page = read_page<core::KeyId>(query);
  TRY(query.finish());
  return page_response(
      TRY(service::list_keys(call.context(), call.caller, filter, page)),
      [](const auto& view) { return present(view); }, [](const auto& view) { return view.key.id; });
}

Result<http::Response> list_keys(const Call& call) {
  http::QueryReader query(call.request.query);
  const service::KeyFilter filter{
      .application = query.optional_id<core::ApplicationId>("applicationId"),
      .status = read_status(query)};
  return keys_response(call, query, filter);
}

Result<http::Response> list_keys_of_application(const Call& call) {
  const auto application = TRY(call.id<core::ApplicationId>("id"));
  http::QueryReader query(call.request.query);
  const service::KeyFilter filter{.application = application, .status = read_status(query)};
  return keys_response(call, query, filter);
}

Result<http::Response> get_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  return http::json_response(200, present(TRY(service::get_key(call.context(), call.caller, id))));
}

Route reading(std::string path, Query query, Handler handler) {
  return {.method = "GET",
          .path = std::move(path),
          .credential = Credential::kSession,
          .permission = core::Permission::kViewKeysOfMine,
          .query = query,
          .max_body_bytes = kNoBody,
          .content_types = {},
          .time_budget = kUsualBudget,
          .handler = std::move(handler)};
}

}  // namespace

void add_key_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/applications/{id}/keys",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kCreateKeysForMine,
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_key});
  routes.push_back(reading("/v1/applications/{id}/keys", Query::kRead, list_keys_of_application));
  routes.push_back(reading("/v1/keys", Query::kRead, list_keys));
  routes.push_back(reading("/v1/keys/{id}", Query::kRefused, get_key));
}

}  // namespace claviger::api
