// /v1/roles and /v1/permissions.
#include "claviger/service/roles.h"

#include "grant_body.h"
#include "list.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMostRights = 50;
constexpr http::StringRule kDescription = {
    .max_bytes = 2000, .lines = http::Lines::kMany, .empty = http::Empty::kAllowed};

std::optional<core::PermissionSet> read_permissions(http::ObjectReader& body) {
  const auto names = body.optional_strings("permissions", {.max_items = core::kPermissionCount},
                                           {.max_bytes = 100});
  if (!names) return std::nullopt;
  core::PermissionSet set;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto permission = core::parse_permission((*names)[i]);
    if (permission)
      set = set.with(*permission);
    else
      body.fault("permissions", i, "unknown-permission",
                 "There is no permission \"" + (*names)[i] + "\"; GET /v1/permissions lists them.");
  }
  return set;
}

std::optional<core::RoleReach> read_reach(http::ObjectReader& body) {
  const auto word = body.optional_choice("reach", {"organization", "descendants"});
  return word ? core::parse_role_reach(*word) : std::nullopt;
}

std::optional<std::vector<core::NamedGrant>> read_rights(http::ObjectReader& body) {
  auto items = body.optional_objects("rights", {.max_items = kMostRights});
  if (!items) return std::nullopt;
  std::vector<core::NamedGrant> rights;
  for (http::ObjectReader& item : *items) {
    std::string api = item.required_string("api", {.max_bytes = 64});
    rights.push_back(read_grant(item));
    rights.back().api = std::move(api);
  }
  return rights;
}

/// The predefined ones stand before the first page.
Result<http::Response> list_roles(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::RoleId>(call, query);
  TRY(query.finish());
  auto listed = TRY(service::list_roles(call.context(), call.caller, page));
  if (!page.after) {
    const auto& predefined = service::predefined_roles();
    listed.items.insert(listed.items.begin(), predefined.begin(), predefined.end());
  }
  return page_response(
      call, listed, [](const auto& role) { return present(role); },
      [](const auto& role) { return role.id; });
}

Result<http::Response> get_role(const Call& call) {
  const auto id = TRY(call.id<core::RoleId>("id"));
  const core::Role role = TRY(service::get_role(call.context(), call.caller, id));
  return tagged_response(role.version, present(role));
}

Result<http::Response> create_role(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewRole wanted{
      .name = body.required_string("name", {.max_bytes = 100}),
      .description = body.optional_string("description", kDescription).value_or(""),
      .permissions = read_permissions(body).value_or(core::PermissionSet()),
      .reach = read_reach(body).value_or(core::RoleReach::kOwnOrganization),
      .rights = read_rights(body).value_or(std::vector<core::NamedGrant>()),
      .organization = body.optional_id<core::OrganizationId>("organizationId")};
  TRY(body.finish());
  const core::Role role = TRY(service::create_role(call.context(), call.caller, wanted));
  return created_response("/v1/roles/" + role.id.str(), present(role));
}

Result<http::Response> update_role(const Call& call) {
  const auto id = TRY(call.id<core::RoleId>("id"));
  http::QueryReader query(call.request.query);
  const Wait wait = read_wait(query);
  TRY(query.finish());
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::RoleChange change{.name = body.optional_string("name", {.max_bytes = 100}),
                                   .description = body.optional_string("description", kDescription),
                                   .permissions = read_permissions(body),
                                   .reach = read_reach(body),
                                   .rights = read_rights(body)};
  TRY(body.finish());
  const auto changed = TRY(service::update_role(call.context(), call.caller, id, change));
  return changed_response(call, wait, changed, "role", present(changed.value));
}

Result<http::Response> delete_role(const Call& call) {
  const auto id = TRY(call.id<core::RoleId>("id"));
  TRY(service::delete_role(call.context(), call.caller, id));
  return http::no_content();
}

Result<http::Response> list_permissions(const Call& call) {
  nlohmann::json data = nlohmann::json::array();
  for (const core::Permission permission : core::PermissionSet::all().list()) {
    nlohmann::json includes = nlohmann::json::array();
    for (const core::Permission included : core::PermissionSet().with(permission).list()) {
      if (included != permission) includes.push_back(core::to_string(included));
    }
    data.push_back({{"name", core::to_string(permission)},
                    {"scope", core::scope_of(permission)},
                    {"includes", std::move(includes)}});
  }
  return page_of_whole(call, data);
}

}  // namespace

void add_role_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/permissions",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_permissions});
  routes.push_back({.method = "GET",
                    .path = "/v1/roles",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewUsers),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_roles});
  routes.push_back({.method = "POST",
                    .path = "/v1/roles",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = one(core::Permission::kManageRoles),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_role});
  routes.push_back({.method = "GET",
                    .path = "/v1/roles/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kViewUsers),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_role});
  routes.push_back({.method = "PATCH",
                    .path = "/v1/roles/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageRoles),
                    .query = Query::kRead,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kWaitingBudget,
                    .handler = update_role});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/roles/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .condition = Condition::kHeld,
                    .needs = one(core::Permission::kManageRoles),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = delete_role});
}

}  // namespace claviger::api
