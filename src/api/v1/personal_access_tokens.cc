// /v1/me/tokens: personal access tokens.
#include "claviger/service/personal_access_tokens.h"

#include "key_body.h"
#include "list.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

Result<http::Response> create_token(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewToken token{.wanted = read_new_key(body)};
  TRY(body.finish());
  return issued_response(TRY(service::issue_token(call.context(), call.caller, token)));
}

Result<http::Response> list_tokens(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::KeyId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_tokens(call.context(), call.caller, page)),
      [](const auto& view) { return present(view); }, [](const auto& view) { return view.key.id; });
}

}  // namespace

void add_personal_access_token_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/me/tokens",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = own_alone(core::Permission::kCreateKeysForMine),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_token});
  routes.push_back({.method = "GET",
                    .path = "/v1/me/tokens",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = own_alone(core::Permission::kViewKeysOfMine),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_tokens});
}

}  // namespace claviger::api
