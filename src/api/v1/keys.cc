// /v1/keys and /v1/applications/{id}/keys.
#include "claviger/service/keys.h"

#include "grant_body.h"
#include "key_body.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

// ---- creating

Result<http::Response> create_key(const Call& call) {
  const auto application = TRY(call.id<core::ApplicationId>("id"));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  service::NewKey wanted = read_new_key(body);
  wanted.application = application;
  TRY(body.finish());
  return issued_response(TRY(service::issue_key(call.context(), call.caller, wanted)));
}

// ---- finding

std::optional<core::KeyStatus> read_status(http::QueryReader& query) {
  const auto text = query.optional_choice("status", core::key_status_words());
  return text ? core::parse_key_status(*text) : std::nullopt;
}

/// `sort` is the name of an order, with a '-' in front for its reverse.
void read_order(http::QueryReader& query, service::KeyPage& page) {
  const auto text = query.optional_choice("sort", {"createdAt", "-createdAt", "name", "-name",
                                                   "prefix", "-prefix", "expiresAt", "-expiresAt"});
  std::string_view word = text ? std::string_view(*text) : "createdAt";
  if (word.starts_with('-')) {
    page.direction = service::Direction::kBackward;
    word.remove_prefix(1);
  }
  if (word == "name") page.order = service::KeyOrder::kName;
  if (word == "prefix") page.order = service::KeyOrder::kPrefix;
  if (word == "expiresAt") page.order = service::KeyOrder::kEnd;
}

std::string text_of(const service::KeyPosition& position) {
  return nlohmann::json{position.id.str(), position.text, to_microseconds(position.end)}.dump();
}

/// A position that was sealed here.
service::KeyPosition position_in(const std::string& text) {
  const auto parts = nlohmann::json::parse(text);
  return {.id = core::KeyId::parse(parts.at(0).get<std::string>()).value_or(core::KeyId()),
          .text = parts.at(1).get<std::string>(),
          .end = from_microseconds(parts.at(2).get<std::int64_t>())};
}

void read_whose(http::QueryReader& query, service::KeyFilter& filter) {
  filter.maker = query.optional_id<core::UserId>("ownerId");
  filter.application_owner = query.optional_id<core::UserId>("applicationOwnerId");
}

void read_filter(const Call& call, http::QueryReader& query, service::KeyFilter& filter) {
  filter.status = read_status(query);
  filter.api = query.optional_id<core::ApiId>("apiId");
  read_whose(query, filter);
  if (query.optional_bool("mine").value_or(false))
    filter.application_owner = call.caller.principal.user;
  filter.name_prefix = query.optional_string("name", kKeyName).value_or("");
  filter.secret_prefix = query.optional_string("prefix", {.max_bytes = 40}).value_or("");
  filter.created_after = query.optional_time("createdAfter");
  filter.created_before = query.optional_time("createdBefore");
  filter.expires_after = query.optional_time("expiresAfter");
  filter.expires_before = query.optional_time("expiresBefore");
}

Result<http::Response> keys_response(const Call& call, http::QueryReader& query,
                                     service::KeyFilter filter) {
  read_filter(call, query, filter);
  service::KeyPage page{.limit = read_limit(query)};
  read_order(query, page);
  if (const auto position = read_cursor(call, query)) page.after = position_in(*position);
  TRY(query.finish());
  const auto listed = TRY(service::list_keys(call.context(), call.caller, filter, page));
  nlohmann::json data = nlohmann::json::array();
  for (const service::KeyView& view : listed.items) data.push_back(present(view));
  std::optional<std::string> position;
  if (listed.has_more) position = text_of(position_of(listed.items.back().key, page.order));
  return list_response(call, std::move(data), position);
}

Result<http::Response> list_keys(const Call& call) {
  http::QueryReader query(call.request.query);
  service::KeyFilter filter{.now = {}};
  filter.application = query.optional_id<core::ApplicationId>("applicationId");
  return keys_response(call, query, filter);
}

Result<http::Response> list_keys_of_application(const Call& call) {
  service::KeyFilter filter{.now = {}};
  filter.application = TRY(call.id<core::ApplicationId>("id"));
  http::QueryReader query(call.request.query);
  return keys_response(call, query, filter);
}

Result<http::Response> count_keys(const Call& call) {
  http::QueryReader query(call.request.query);
  service::KeyFilter filter{.now = {}};
  filter.application = query.optional_id<core::ApplicationId>("applicationId");
  read_whose(query, filter);
  TRY(query.finish());
  const auto counts = TRY(service::count_keys(call.context(), call.caller, filter));
  nlohmann::json presented = nlohmann::json::object();
  for (std::size_t i = 0; i < counts.size(); ++i)
    presented[std::string(core::to_string(static_cast<core::KeyStatus>(i)))] = counts[i];
  return http::json_response(200, presented);
}

Result<http::Response> get_key(const Call& call) {
  const auto id = TRY(call.id<core::KeyId>("id"));
  const service::KeyView view = TRY(service::get_key(call.context(), call.caller, id));
  return tagged_response(view.key.version, present(view));
}

Route reading(std::string path, Query query, Handler handler) {
  return {.method = "GET",
          .path = std::move(path),
          .credential = Credential::kRequired,
          .effect = Effect::kReads,
          .needs = mine_or_any(core::Permission::kViewKeysOfMine, core::Permission::kViewKeysOfAny),
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
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = mine_or_any(core::Permission::kCreateKeysForMine,
                                         core::Permission::kCreateKeysForAny),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_key});
  routes.push_back(reading("/v1/applications/{id}/keys", Query::kRead, list_keys_of_application));
  routes.push_back(reading("/v1/keys", Query::kRead, list_keys));
  routes.push_back(reading("/v1/keys/counts", Query::kRead, count_keys));
  routes.push_back(reading("/v1/keys/{id}", Query::kRefused, get_key));
}

}  // namespace claviger::api
