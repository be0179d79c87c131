// /v1/apis.
#include "claviger/service/catalog.h"

#include "grant_body.h"
#include "key_body.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"
#include "yaml_body.h"

#include <nlohmann/json.hpp>

#include "claviger/http/headers.h"
#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMaxDocumentBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxConsumers = 1000;
constexpr std::int64_t kMaxStalenessSeconds = 7 * 24 * 3600;

Result<nlohmann::json> read_document(const http::Request& request, const Call& call) {
  const std::string_view type = TRY(request.headers.one("Content-Type")).value_or("");
  const std::string_view media_type = type.substr(0, type.find(';'));
  const bool is_json = http::equal_ignoring_case(media_type, "application/json") ||
                       http::equal_ignoring_case(media_type, "application/vnd.oai.openapi+json");
  if (is_json) return call.json();
  return parse_yaml(request.body);
}

Result<http::Response> import_api(const Call& call) {
  http::QueryReader query(call.request.query);
  service::NewApi wanted{.name = query.required_string("name", {.max_bytes = 64}),
                         .upstream = query.required_string("upstream", {.max_bytes = 500}),
                         .base_path = query.optional_string("basePath", {.max_bytes = 500}),
                         .document = {}};
  TRY(query.finish());
  const nlohmann::json document = TRY(read_document(call.request, call));
  wanted.document = TRY(service::read_openapi_document(document));
  const service::ApiView view = TRY(service::import_api(call.context(), call.caller, wanted));
  return created_response("/v1/apis/" + view.api.id.str(), present_whole(view));
}

Result<http::Response> list_apis(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::ApiId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_apis(call.context(), call.caller, page)),
      [](const auto& view) { return present(view); }, [](const auto& view) { return view.api.id; });
}

Result<http::Response> get_api(const Call& call) {
  const auto id = TRY(call.id<core::ApiId>("id"));
  const service::ApiView view = TRY(service::get_api(call.context(), call.caller, id));
  return tagged_response(view.api.version, present_whole(view));
}

Result<http::Response> list_endpoints(const Call& call) {
  const auto id = TRY(call.id<core::ApiId>("id"));
  const auto api = present_whole(TRY(service::get_api(call.context(), call.caller, id)));
  return page_of_whole(call, api["endpoints"]);
}

Result<http::Response> get_settings(const Call& call) {
  const auto id = TRY(call.id<core::ApiId>("id"));
  const auto stored = TRY(service::get_consumption_settings(call.context(), call.caller, id));
  return tagged_response(stored.version, present(stored.settings));
}

service::ConsumptionSettings read_settings(http::ObjectReader& body) {
  service::ConsumptionSettings wanted;
  const auto carriers =
      body.optional_strings("carriers", {.min_items = 1, .max_items = 2}, {.max_bytes = 40});
  for (const std::string& carrier : carriers.value_or(std::vector<std::string>{"Authorization"})) {
    if (carrier == "X-API-Key")
      wanted.x_api_key = true;
    else if (carrier != "Authorization")
      body.fault("carriers", "unknown-carrier",
                 "A carrier is \"Authorization\", which every API reads, or \"X-API-Key\".");
  }
  wanted.lets_preflight_through =
      body.optional_choice("preflight", {"allow", "refuse"}).value_or("refuse") == "allow";
  if (body.takes_null("maxStalenessSeconds"))
    wanted.max_staleness = core::kServeAlways;
  else if (const auto seconds = body.optional_integer("maxStalenessSeconds",
                                                      {.min = 5, .max = kMaxStalenessSeconds}))
    wanted.max_staleness = std::chrono::seconds{*seconds};
  if (!body.takes_null("defaultExpiry")) wanted.expiry.usual = read_interval(body, "defaultExpiry");
  if (!body.takes_null("maxExpiry")) wanted.expiry.most = read_interval(body, "maxExpiry");
  for (http::ObjectReader& item :
       body.required_objects("consumers", {.max_items = kMaxConsumers})) {
    core::ConsumerRight right;
    right.consumer = item.required_id<core::OrganizationId>("organizationId");
    http::ObjectReader most = item.required_object("most");
    right.most = read_grant(most);
    wanted.consumers.push_back(std::move(right));
  }
  return wanted;
}

Result<http::Response> put_settings(const Call& call) {
  const auto id = TRY(call.id<core::ApiId>("id"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::ConsumptionSettings wanted = read_settings(body);
  TRY(body.finish());
  const auto changed =
      TRY(service::set_consumption_settings(call.context(), call.caller, id, wanted));
  return changed_response(call, wait, changed, "settings", present(changed.value));
}

}  // namespace

void add_catalog_routes(Routes& routes) {
  routes.push_back(
      {.method = "POST",
       .path = "/v1/apis/import",
       .credential = Credential::kRequired,
       .effect = Effect::kChanges,
       .condition = Condition::kHeld,
       .needs = one(core::Permission::kModifyAssets),
       .query = Query::kRead,
       .max_body_bytes = kMaxDocumentBytes,
       .content_types = {"application/json", "application/yaml", "application/x-yaml", "text/yaml",
                         "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"},
       .time_budget = std::chrono::seconds{30},
       .handler = import_api});
  const auto reading = [&](std::string path, Needs needs, Query query, Handler handler) {
    routes.push_back({.method = "GET",
                      .path = std::move(path),
                      .credential = Credential::kRequired,
                      .effect = Effect::kReads,
                      .needs = std::move(needs),
                      .query = query,
                      .max_body_bytes = kNoBody,
                      .content_types = {},
                      .time_budget = kUsualBudget,
                      .handler = std::move(handler)});
  };
  reading("/v1/apis", nothing(), Query::kRead, list_apis);
  reading("/v1/apis/{id}", nothing(), Query::kRefused, get_api);
  reading("/v1/apis/{id}/endpoints", nothing(), Query::kRead, list_endpoints);
  reading("/v1/apis/{id}/consumption-settings", one(core::Permission::kModifyAssets),
          Query::kRefused, get_settings);
  routes.push_back({.method = "PUT",
                    .path = "/v1/apis/{id}/consumption-settings",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kModifyAssets),
                    .query = Query::kRead,
                    .max_body_bytes = 1024 * 1024,
                    .content_types = json_only(),
                    .time_budget = kWaitingBudget,
                    .handler = put_settings});
}

}  // namespace claviger::api
