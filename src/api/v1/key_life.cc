// What becomes of a key: /v1/keys/{id} and below, and /v1/keys/delete, /revoke, /disable.
#include "claviger/service/key_life.h"

#include "kept_by_nobody.h"
#include "key_body.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/core/interval.h"

namespace claviger::api {
namespace {

using core::Permission;

/// Many ids of about forty bytes.
constexpr std::size_t kManyIds = 128 * 1024;

Result<Wait> wait_of(const Call& call) {
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  return wait;
}

/// For a change without anything to say about it: the body is empty or an empty object.
Result<void> read_nothing(const Call& call) {
  if (call.request.body.empty()) return {};
  nlohmann::json document = TRY(call.json());
  return http::ObjectReader(document).finish();
}

// ---- editing

/// What is fixed when a key is made, said in a sentence that helps.
void refuse_rights(http::ObjectReader& body) {
  for (const std::string_view field : {"grants", "scopes", "readOnly", "notBefore"}) {
    if (body.takes_null(field) || body.optional_value(field) != nullptr)
      body.fault(field, "immutable",
                 "What a key may do cannot be changed. Make a new key with other rights, and "
                 "revoke this one when the new one is in use.");
  }
  for (const std::string_view field : {"expiresAt", "expiresIn"}) {
    if (body.takes_null(field) || body.optional_value(field) != nullptr)
      body.fault(field, "immutable", "An expiry is changed by POST /v1/keys/{id}/renew.");
  }
}

Result<http::Response> edit_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  service::KeyEdit edit;
  edit.name = body.optional_string("name", kKeyName);
  edit.description = body.optional_string("description", kKeyText);
  edit.metadata = read_metadata(body);
  edit.allowed_ips = read_networks(body);
  refuse_rights(body);
  TRY(body.finish());
  const auto changed = TRY(service::update_key(call.context(), call.caller, id, edit));
  return changed_response(call, wait, changed, "key", present(changed.value));
}

// ---- renewing and rotating

Result<http::Response> renew_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const auto expiry = read_expiry(body);
  // "Never" has to be said: an empty body is more likely a mistake.
  if (!expiry) body.fault("expiresAt", "required", "Give expiresAt (null is never) or expiresIn.");
  TRY(body.finish());
  const auto changed = TRY(service::renew_key(call.context(), call.caller, id, *expiry));
  return changed_response(call, wait, changed, "key", present(changed.value));
}

/// Reads `overlap`: "0" or an interval of at most 30 days; a day if it is not there.
Microseconds read_overlap(http::ObjectReader& body) {
  const auto text = body.optional_string("overlap", {.max_bytes = 40});
  if (!text) return std::chrono::hours{24};
  if (*text == "0" || *text == "0s") return Microseconds{0};
  const auto interval = core::parse_interval(*text);
  if (interval && interval->months == 0 && interval->rest <= service::kLongestOverlap)
    return interval->rest;
  body.fault("overlap", "not-an-overlap",
             "An overlap is 0, which ends the old secret at once, or an interval of at most 30d.");
  return Microseconds{0};
}

Result<http::Response> rotate_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = nlohmann::json::object();
  if (!call.request.body.empty()) document = TRY(call.json());
  http::ObjectReader body(document);
  const Microseconds overlap = read_overlap(body);
  TRY(body.finish());
  const auto rotated = TRY(service::rotate_key(call.context(), call.caller, id, overlap));
  nlohmann::json key = present(rotated.changed.value);
  key["secret"] = rotated.secret.reveal();
  return kept_by_nobody(TRY(changed_response(call, wait, rotated.changed, "key", std::move(key))));
}

/// What the body names; the rest is the older key's.
Result<http::Response> succeed_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  nlohmann::json document = nlohmann::json::object();
  if (!call.request.body.empty()) document = TRY(call.json());
  http::ObjectReader body(document);
  service::Succession succession;
  service::NewKey& wanted = succession.wanted;
  wanted.name = body.optional_string("name", kKeyName).value_or("");
  wanted.description = body.optional_string("description", kKeyText).value_or("");
  wanted.metadata = read_metadata(body).value_or(core::Metadata());
  succession.names_rights = body.has("grants");
  if (succession.names_rights) wanted.grants = read_grants(body);
  const auto read_only = body.optional_bool("readOnly");
  wanted.read_only = read_only.value_or(false);
  if (read_only && !succession.names_rights)
    body.fault("readOnly", "beside-grants", "What a key may do is named whole: give grants, too.");
  succession.allowed_ips = read_networks(body);
  wanted.expiry = read_expiry(body);
  succession.overlap = read_overlap(body);
  TRY(body.finish());
  return issued_response(TRY(service::succeed_key(call.context(), call.caller, id, succession)));
}

Result<http::Response> revoke_secret(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const auto secret = TRY(call.id<core::SecretId>("which"));
  const Wait wait = TRY(wait_of(call));
  TRY(read_nothing(call));
  const auto changed = TRY(service::revoke_secret(call.context(), call.caller, id, secret));
  return changed_response(call, wait, changed, "key", present(changed.value));
}

// ---- stopping

Result<http::Response> revoke_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::Revocation revocation = read_revocation(body);
  TRY(body.finish());
  const auto changed = TRY(service::revoke_key(call.context(), call.caller, id, revocation));
  return changed_response(call, wait, changed, "key", present(changed.value));
}

using Change = Result<service::Changed<service::KeyView>> (*)(service::Context&,
                                                              const service::Caller&, core::KeyId);

Handler plain_change(Change change) {
  return [change](const Call& call) -> Result<http::Response> {
    const auto id = TRY(call.id<core::KeyId>("id"));
    const Wait wait = TRY(wait_of(call));
    TRY(read_nothing(call));
    const auto changed = TRY(change(call.context(), call.caller, id));
    return changed_response(call, wait, changed, "key", present(changed.value));
  };
}

// ---- several keys

std::vector<core::KeyId> read_ids(http::ObjectReader& body) {
  return body.required_ids<core::KeyId>("ids",
                                        {.min_items = 1, .max_items = service::kMostKeysAtOnce});
}

Result<http::Response> delete_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const Wait wait = TRY(wait_of(call));
  const auto changed = TRY(service::delete_key(call.context(), call.caller, id));
  return changed_response(call, wait, changed, "deleted", changed.value);
}

Result<http::Response> delete_keys(const Call& call) {
  const Wait wait = TRY(wait_of(call));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const auto ids = read_ids(body);
  TRY(body.finish());
  const auto changed = TRY(service::delete_keys(call.context(), call.caller, ids));
  return changed_response(call, wait, changed, "deleted", changed.value);
}

Handler stop_keys(core::KeyAction action) {
  return [action](const Call& call) -> Result<http::Response> {
    const Wait wait = TRY(wait_of(call));
    nlohmann::json document = TRY(call.json());
    http::ObjectReader body(document);
    service::BulkStop stop{.ids = read_ids(body), .action = action, .revocation = {}};
    if (action == core::KeyAction::kRevoke) stop.revocation = read_revocation(body);
    TRY(body.finish());
    const auto changed = TRY(service::stop_keys(call.context(), call.caller, stop));
    nlohmann::json keys = nlohmann::json::array();
    for (const service::KeyView& view : changed.value) keys.push_back(present(view));
    return changed_response(call, wait, changed, "keys", std::move(keys));
  };
}

Route changing(std::string method, std::string path, Needs needs, Handler handler) {
  const bool has_body = method != "DELETE";
  return {.method = std::move(method),
          .path = std::move(path),
          .credential = Credential::kRequired,
          .effect = Effect::kChanges,
          .condition = Condition::kHeld,
          .needs = std::move(needs),
          .query = Query::kRead,
          .max_body_bytes = has_body ? kSmallBody : kNoBody,
          .content_types = has_body ? json_only() : std::vector<std::string>(),
          .time_budget = kWaitingBudget,
          .handler = std::move(handler)};
}

Needs stopping() {
  return mine_or_any(Permission::kRevokeKeysOfMine, Permission::kRevokeKeysOfAny);
}

Route stops(std::string method, std::string path, Handler handler) {
  Route route = changing(std::move(method), std::move(path), stopping(), std::move(handler));
  route.effect = Effect::kStopsKeys;
  return route;
}

Route stops_several(std::string path, Handler handler) {
  Route route = stops("POST", std::move(path), std::move(handler));
  route.condition = Condition::kRefused;  // no ETag names them all
  route.max_body_bytes = kManyIds;
  return route;
}

}  // namespace

void add_key_life_routes(Routes& routes) {
  const Needs create = mine_or_any(Permission::kCreateKeysForMine, Permission::kCreateKeysForAny);
  // An allow-list of addresses needs the one, the rest the other.
  const Needs edit = {.own = {Permission::kEditKeysOfMine, Permission::kRestrictKeysOfMine},
                      .others = {{Permission::kEditKeysOfAny, Permission::kRestrictKeysOfAny}}};
  routes.push_back(changing("PATCH", "/v1/keys/{id}", edit, edit_key));
  routes.push_back(stops("DELETE", "/v1/keys/{id}", delete_key));
  routes.push_back(changing("POST", "/v1/keys/{id}/renew", create, renew_key));
  routes.push_back(changing("POST", "/v1/keys/{id}/rotate", create, rotate_key));
  routes.push_back(changing("POST", "/v1/keys/{id}/successor", create, succeed_key));
  routes.back().query = Query::kRefused;
  routes.push_back(stops("POST", "/v1/keys/{id}/secrets/{which}/revoke", revoke_secret));
  routes.back().effect = Effect::kStops;  // the key's other secret works on
  routes.push_back(stops("POST", "/v1/keys/{id}/revoke", revoke_key));
  routes.push_back(stops("POST", "/v1/keys/{id}/disable", plain_change(service::disable_key)));
  routes.push_back(
      changing("POST", "/v1/keys/{id}/enable", stopping(), plain_change(service::enable_key)));
  routes.push_back(stops_several("/v1/keys/delete", delete_keys));
  routes.push_back(stops_several("/v1/keys/revoke", stop_keys(core::KeyAction::kRevoke)));
  routes.push_back(stops_several("/v1/keys/disable", stop_keys(core::KeyAction::kDisable)));
}

}  // namespace claviger::api
