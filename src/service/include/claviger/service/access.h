// Who may touch which rows. The permission that an operation needs at all stands in its route; here
// are the rules that depend on whose thing it is.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/permission.h"
#include "claviger/core/user.h"
#include "claviger/store/scope.h"

namespace claviger::service {

/// The refusal for want of a permission: names it, and who can grant it.
[[nodiscard]] Error lacks(core::Permission permission);

/// Errors: kPermissionDenied.
[[nodiscard]] Result<void> require(const core::Principal& principal, core::Permission permission);

/// Organizations and users: the own organization's, or all for who manages organizations.
[[nodiscard]] store::Scope people_scope(const core::Principal& principal);

/// APIs to be managed: the own organization's, or all for who holds Manage Assets.
[[nodiscard]] store::Scope asset_scope(const core::Principal& principal);

}  // namespace claviger::service
