#include "rights.h"

#include "claviger/service/access.h"
#include "claviger/store/apis.h"
#include "claviger/store/consumers.h"

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

Result<std::optional<ApiWithRights>> with_rights(const store::ReadTransaction& tx,
                                                 const core::Principal& principal, core::Api api) {
  ApiWithRights found{.api = std::move(api), .rights = {}, .manages = false};
  found.manages = manages_apis_of(principal, found.api.organization);
  if (found.manages) found.rights.push_back(every_right_on(found.api));
  auto consumed =
      TRY(store::find_consumer_right(tx, store::TenantScope::of(principal), found.api.id));
  if (consumed) found.rights.push_back(std::move(consumed->compiled));
  // Whoever belongs to the API's organization sees it, even without a right to call it.
  const bool visible = !found.rights.empty() || principal.organization == found.api.organization;
  if (!visible) return std::optional<ApiWithRights>();
  return std::optional<ApiWithRights>(std::move(found));
}

}  // namespace

bool manages_apis_of(const core::Principal& principal, core::OrganizationId organization) {
  return core::manages_apis(principal.permissions) && asset_scope(principal).contains(organization);
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
