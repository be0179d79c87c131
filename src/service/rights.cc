#include "rights.h"

#include "claviger/service/access.h"
#include "claviger/store/apis.h"
#include "claviger/store/consumers.h"
#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"

namespace claviger::service {
namespace {

core::Grant every_right_on(const core::Api& api) {
  return {.api = api.number,
          .methods = core::MethodSet::all(),
          .endpoint_reach = core::Reach::kEvery,
          .scope_reach = core::Reach::kEvery,
          .scopes = {},
          .endpoints = {}};
}

/// Every endpoint, with the scopes that stand for the principal's permissions.
core::Grant right_on_the_management_api(const core::Principal& principal, const core::Api& api) {
  core::Grant right = every_right_on(api);
  bool holds_all = true;
  for (std::size_t i = 0; i < api.scopes.size(); ++i) {
    const auto permission = core::parse_permission(api.scopes[i]);
    if (!permission) continue;  // of an older version of the product
    if (principal.permissions.contains(*permission))
      right.scopes.add(static_cast<core::ScopeNumber>(i));
    else
      holds_all = false;
  }
  if (!holds_all) right.scope_reach = core::Reach::kListed;
  return right;
}

Result<std::optional<ApiWithRights>> with_rights(const store::ReadTransaction& tx,
                                                 const core::Principal& principal, core::Api api) {
  ApiWithRights found{.api = std::move(api), .rights = {}, .manages = false};
  found.manages = found.api.number != core::kPlatformApi &&
                  TRY(manages_apis_of(tx, principal, found.api.organization));
  if (found.manages) found.rights.push_back(every_right_on(found.api));
  auto consumed =
      TRY(store::find_consumer_right(tx, store::TenantScope::of(principal), found.api.id));
  if (consumed) found.rights.push_back(std::move(consumed->compiled));
  for (core::Grant& right : TRY(store::role_rights(tx, principal.roles, found.api.number)))
    found.rights.push_back(std::move(right));
  if (found.api.number == core::kPlatformApi)
    found.rights.push_back(right_on_the_management_api(principal, found.api));
  // Whoever belongs to the API's organization sees it, even without a right to call it.
  const bool visible = !found.rights.empty() || principal.organization == found.api.organization;
  if (!visible) return std::optional<ApiWithRights>();
  return std::optional<ApiWithRights>(std::move(found));
}

}  // namespace

Result<bool> manages_apis_of(const store::ReadTransaction& tx, const core::Principal& principal,
                             core::OrganizationId organization) {
  if (!core::manages_apis(principal.permissions)) return false;
  if (organization == principal.organization) return true;
  if (!principal.permissions_below.contains(core::Permission::kManageAssets)) return false;
  return store::lies_within(tx, organization, principal.organization);
}

Result<std::optional<ApiWithRights>> find_api(const store::ReadTransaction& tx,
                                              const core::Principal& principal,
                                              std::string_view name) {
  auto api = TRY(store::find_api_by_name(tx, store::AllTenants{}, name));
  if (!api) return std::optional<ApiWithRights>();
  return with_rights(tx, principal, *std::move(api));
}

Result<ApiWithRights> get_api_with_rights(const store::ReadTransaction& tx,
                                          const core::Principal& principal, core::ApiId id) {
  core::Api api = TRY(store::get_api(tx, store::AllTenants{}, id));
  auto found = TRY(with_rights(tx, principal, std::move(api)));
  if (!found) return fail(Error::refused(ErrorCode::kNotFound, "There is no such API."));
  return *std::move(found);
}

}  // namespace claviger::service
