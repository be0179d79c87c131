#include "claviger/service/access.h"

#include <fmt/format.h>

namespace claviger::service {

Error lacks(core::Permission permission) {
  return Error::refused(ErrorCode::kPermissionDenied,
                        fmt::format("You lack the permission \"{}\". An administrator of your "
                                    "organization can grant it.",
                                    to_string(permission)));
}

Result<void> require(const core::Principal& principal, core::Permission permission) {
  if (!principal.permissions.contains(permission)) return fail(lacks(permission));
  return {};
}

store::Scope people_scope(const core::Principal& principal) {
  if (principal.permissions.contains(core::Permission::kManageOrganizations))
    return store::AllTenants{};
  return store::TenantScope::of(principal);
}

store::Scope asset_scope(const core::Principal& principal) {
  if (principal.permissions.contains(core::Permission::kManageAssets)) return store::AllTenants{};
  return store::TenantScope::of(principal);
}

}  // namespace claviger::service
