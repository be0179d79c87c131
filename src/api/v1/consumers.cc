// /v1/apis/{id}/keys: what the provider of an API sees of the keys that may call it.
#include "claviger/service/consumers.h"

#include "key_body.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

Result<http::Response> list_keys(const Call& call) {
  const auto api = TRY(call.id<core::ApiId>("id"));
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::KeyId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_consumer_keys(call.context(), call.caller, api, page)),
      [](const auto& view) { return present_to_provider(view); },
      [](const auto& view) { return view.key.id; });
}

Result<http::Response> withdraw(const Call& call) {
  const auto api = TRY(call.id<core::ApiId>("id"));
  const auto key = TRY(call.id<core::KeyId>("keyId"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::Revocation why = read_revocation(body);
  TRY(body.finish());
  const auto changed = TRY(service::withdraw_grant(call.context(), call.caller, api, key, why));
  return changed_response(call, wait, changed, "key", present_to_provider(changed.value));
}

}  // namespace

void add_consumer_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/apis/{id}/keys",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kModifyAssets),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_keys});
  routes.push_back({.method = "POST",
                    .path = "/v1/apis/{id}/keys/{keyId}/withdraw",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kModifyAssets),
                    .query = Query::kRead,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kWaitingBudget,
                    .handler = withdraw});
}

}  // namespace claviger::api
