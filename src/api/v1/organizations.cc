// /v1/organizations.
#include "claviger/service/organizations.h"

#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr http::StringRule kName = {.max_bytes = 200};
constexpr http::IntegerRule kLimit = {.min = 1, .max = core::kHighestActiveLimit};

/// Null is unlimited.
std::optional<std::optional<int>> read_limit(http::ObjectReader& body, std::string_view field) {
  std::optional<std::optional<int>> limit;
  if (body.takes_null(field))
    limit.emplace();
  else if (const auto number = body.optional_integer(field, kLimit))
    limit.emplace(static_cast<int>(*number));
  return limit;
}

service::ActiveLimitsChange read_limits(http::ObjectReader& body) {
  return {.applications_per_user = read_limit(body, "maxApplicationsPerUser"),
          .keys_per_application = read_limit(body, "maxKeysPerApplication")};
}

Result<http::Response> list_organizations(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::OrganizationId>(call, query);
  TRY(query.finish());
  return page_response(
      call, TRY(service::list_organizations(call.context(), call.caller, page)),
      [](const auto& organization) { return present(organization); },
      [](const auto& organization) { return organization.id; });
}

Result<http::Response> get_organization(const Call& call) {
  const auto id = TRY(call.id<core::OrganizationId>("id"));
  const core::Organization organization =
      TRY(service::get_organization(call.context(), call.caller, id));
  return tagged_response(organization.version, present(organization));
}

Result<http::Response> create_organization(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewOrganization wanted{
      .name = body.required_string("name", kName),
      .parent = body.optional_id<core::OrganizationId>("parentId"),
      .limits = read_limits(body)};
  TRY(body.finish());
  const auto made = TRY(service::create_organization(call.context(), call.caller, wanted));
  return created_response("/v1/organizations/" + made.id.str(), present(made));
}

Result<http::Response> edit_organization(const Call& call) {
  const auto id = TRY(call.id<core::OrganizationId>("id"));
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::OrganizationChange change{.name = body.optional_string("name", kName),
                                           .limits = read_limits(body)};
  TRY(body.finish());
  const auto changed = TRY(service::edit_organization(call.context(), call.caller, id, change));
  return tagged_response(changed.version, present(changed.value));
}

/// Disabling, enabling and deleting: no body, a receipt if it is waited for.
template <class Change>
Handler changing(Change change) {
  return [change](const Call& call) -> Result<http::Response> {
    const auto id = TRY(call.id<core::OrganizationId>("id"));
    http::QueryReader query(call.request.query);
    const Wait wait = read_wait(query);
    TRY(query.finish());
    const auto changed = TRY(change(call.context(), call.caller, id));
    return changed_response(call, wait, changed, "organization", present(changed.value));
  };
}

}  // namespace

void add_organization_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/organizations",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_organizations});
  routes.push_back({.method = "POST",
                    .path = "/v1/organizations",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = one(core::Permission::kManageOrganizations),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_organization});
  routes.push_back({.method = "GET",
                    .path = "/v1/organizations/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing(),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_organization});
  routes.push_back({.method = "PATCH",
                    .path = "/v1/organizations/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageOrganizations),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = edit_organization});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/organizations/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStopsKeys,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageOrganizations),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::delete_organization)});
  routes.push_back({.method = "POST",
                    .path = "/v1/organizations/{id}/disable",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStopsKeys,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageOrganizations),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::disable_organization)});
  routes.push_back({.method = "POST",
                    .path = "/v1/organizations/{id}/enable",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageOrganizations),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kWaitingBudget,
                    .handler = changing(service::enable_organization)});
}

}  // namespace claviger::api
