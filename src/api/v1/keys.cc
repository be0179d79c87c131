// /v1/keys and /v1/applications/{id}/keys.
#include "claviger/service/keys.h"

#include "grant_body.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMaxGrants = 50;
constexpr std::size_t kMaxNetworks = 100;

// ---- creating

void read_expiry(http::ObjectReader& body, service::NewKey& wanted) {
  if (body.has("expiresAt") && body.has("expiresIn"))
    body.fault("expiresIn", "two-expiries", "Give expiresAt or expiresIn, not both.");
  if (!body.takes_null("expiresAt")) wanted.expires_at = body.optional_time("expiresAt");
  const auto text = body.optional_string("expiresIn", {.max_bytes = 40});
  if (!text) return;
  auto interval = core::parse_interval(*text);
  if (interval)
    wanted.expires_in = *interval;
  else
    body.fault("expiresIn", "not-an-interval", interval.error().public_text().str());
}

void read_networks(http::ObjectReader& body, service::NewKey& wanted) {
  if (body.takes_null("allowedIps")) return;
  const auto texts = body.optional_strings(
      "allowedIps", {.min_items = 1, .max_items = kMaxNetworks}, {.max_bytes = 64});
  if (!texts) return;
  wanted.allowed_ips.emplace();
  for (const std::string& text : *texts) {
    if (const auto network = core::Network::parse(text))
      wanted.allowed_ips->push_back(*network);
    else
      body.fault(
          "allowedIps", "not-a-network",
          fmt::format("\"{}\" is not an address or a range such as 10.0.0.0/8 (no bits may be "
                      "set behind the prefix).",
                      text));
  }
}

service::NewKey read_new_key(http::ObjectReader& body, core::ApplicationId application) {
  service::NewKey wanted;
  wanted.application = application;
  wanted.name = body.required_string("name", {.max_bytes = 200});
  wanted.description = body.optional_string("description", {.max_bytes = 2000,
                                                            .lines = http::Lines::kMany,
                                                            .empty = http::Empty::kAllowed})
                           .value_or("");
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
  read_expiry(body, wanted);
  if (!body.takes_null("notBefore")) wanted.not_before = body.optional_time("notBefore");
  read_networks(body, wanted);
  refuse_unenforced(body, {"limits", "assetGroup", "metadata"});
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

// ---- stopping

Result<Wait> wait_of(const Call& call) {
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  return wait;
}

Result<http::Response> revoke_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const auto reason =
      core::parse_revoke_reason(body.required_choice("reason", core::revoke_reason_words()));
  service::Revocation revocation;
  revocation.comment = body.optional_string("comment", {.max_bytes = 2000,
                                                        .lines = http::Lines::kMany,
                                                        .empty = http::Empty::kAllowed})
                           .value_or("");
  TRY(body.finish());
  if (!reason) return fail(Error::internal("a word for a reason that means none"));
  revocation.reason = *reason;
  const auto changed = TRY(service::revoke_key(call.context(), call.caller, id, revocation));
  return changed_response(call, wait, changed, "key", present(changed.value));
}

using Change = Result<service::Changed<service::KeyView>> (*)(service::Context&,
                                                              const service::Caller&, core::KeyId);

/// A change without anything to say about it: the body is empty or an empty object.
Handler plain_change(Change change) {
  return [change](const Call& call) -> Result<http::Response> {
    const auto id = TRY(call.id<core::KeyId>("id"));
    const Wait wait = TRY(wait_of(call));
    if (!call.request.body.empty()) {
      nlohmann::json document = TRY(call.json());
      TRY(http::ObjectReader(document).finish());
    }
    const auto changed = TRY(change(call.context(), call.caller, id));
    return changed_response(call, wait, changed, "key", present(changed.value));
  };
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

Route stopping(std::string path, Handler handler) {
  return {.method = "POST",
          .path = std::move(path),
          .credential = Credential::kSession,
          .permission = core::Permission::kRevokeKeysOfMine,
          .query = Query::kRead,
          .max_body_bytes = kSmallBody,
          .content_types = json_only(),
          .time_budget = kWaitingBudget,
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
  routes.push_back(stopping("/v1/keys/{id}/revoke", revoke_key));
  routes.push_back(stopping("/v1/keys/{id}/disable", plain_change(service::disable_key)));
  routes.push_back(stopping("/v1/keys/{id}/enable", plain_change(service::enable_key)));
}

}  // namespace claviger::api
