#include "claviger/service/management_api.h"

#include "api_changes.h"

#include <algorithm>

#include "claviger/core/permission.h"
#include "claviger/store/apis.h"
#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

std::vector<std::string> all_scopes() {
  std::vector<std::string> scopes;
  for (const core::Permission permission : core::PermissionSet::all().list())
    scopes.emplace_back(core::scope_of(permission));
  return scopes;
}

core::Api wanted_api(Context& context, core::OrganizationId organization, Time now) {
  core::Api api;
  api.organization = organization;
  api.name = core::kPlatformApiName;
  api.title = "Claviger management API";
  api.standing = core::Standing::kActive;
  api.carriers = core::CarrierSet().with(core::Carrier::kAuthorization);
  api.scopes = all_scopes();
  api.created_at = now;
  for (const ManagementEndpoint& endpoint : context.management_endpoints)
    api.endpoints.push_back({.id = core::EndpointId::make(now, context.random),
                             .number = {},
                             .method = endpoint.method,
                             .path = endpoint.path,
                             .summary = endpoint.summary,
                             .scopes = {}});
  return api;
}

/// The endpoints in an order of their own.
std::vector<ManagementEndpoint> sorted(std::vector<ManagementEndpoint> endpoints) {
  std::sort(endpoints.begin(), endpoints.end());
  return endpoints;
}

bool is_up_to_date(const core::Api& present, const core::Api& wanted) {
  const auto endpoints_of = [](const core::Api& api) {
    std::vector<ManagementEndpoint> endpoints;
    for (const core::Endpoint& endpoint : api.endpoints)
      endpoints.push_back({endpoint.method, endpoint.path, endpoint.summary});
    return sorted(std::move(endpoints));
  };
  const auto knows = [&](const std::string& scope) {
    return std::find(present.scopes.begin(), present.scopes.end(), scope) != present.scopes.end();
  };
  return endpoints_of(present) == endpoints_of(wanted) &&
         std::all_of(wanted.scopes.begin(), wanted.scopes.end(), knows);
}

}  // namespace

Result<void> publish_management_api(Context& context, store::WriteTransaction& tx,
                                    core::OrganizationId first_organization) {
  core::Api api = wanted_api(context, first_organization, tx.now());
  const store::TenantScope scope{first_organization};
  const auto present = TRY(store::find_api_by_name(tx, scope, api.name));
  if (present && is_up_to_date(*present, api)) return {};
  api.id = present ? present->id : core::ApiId::make(tx.now(), context.random);
  if (present)
    TRY(store::update_api(tx, scope, api));
  else
    TRY(store::create_api(tx, scope, api));
  return tx.audit({.actor = std::nullopt,
                   .organization = first_organization,
                   .action = "api.publish",
                   .target_kind = "api",
                   .target_id = api.id.str(),
                   .changes = (present ? api_changes(*present, api) : new_api(api)).str()});
}

Result<void> publish_management_api(Context& context) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<void> {
    const auto first = TRY(
        store::list_organizations(tx, store::AllTenants{}, {.limit = 1, .after = std::nullopt}));
    if (first.items.empty()) return {};
    return publish_management_api(context, tx, first.items.front().id);
  });
}

}  // namespace claviger::service
