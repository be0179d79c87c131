// Who may touch which rows. The permission that an operation needs at all stands in its route; here
// are the rules that depend on whose thing it is.
#pragma once

#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/permission.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// Refuses to change what is no longer as the caller has seen it. Errors: kPreconditionFailed.
[[nodiscard]] Result<void> require_seen(const Caller& caller, core::Version present);

/// The refusal for want of a permission: names it, and who can grant it.
[[nodiscard]] Error lacks(core::Permission permission);

/// Errors: kPermissionDenied.
[[nodiscard]] Result<void> require(const core::Principal& principal, core::Permission permission);

/// The same, naming people who can grant it: up to three of the caller's organization, or of the
/// first one if nobody there can.
[[nodiscard]] Error refusal_for_want_of(Context& context, const core::Principal& principal,
                                        core::Permission permission);

/// The rows that a permission opens to whoever holds it: those of the own organization, and of all
/// below it where a role says so.
[[nodiscard]] store::Scope scope_of(const core::Principal& principal, core::Permission permission);

/// APIs to be managed: by Modify Assets, or further down by Manage Assets.
[[nodiscard]] store::Scope asset_scope(const core::Principal& principal);

/// What acts for a user: the permissions and roles as they are now. Errors: kInternal.
Result<core::Principal> principal_of(const store::ReadTransaction& tx, const core::User& user);

/// Nobody gives a role, or rules over somebody who has one, that holds more than they hold
/// themselves in that organization (docs/threats.md, I6). Errors: kPermissionDenied, naming role
/// and excess.
Result<void> require_no_more_than_own(const store::ReadTransaction& tx,
                                      const core::Principal& principal,
                                      const std::vector<core::Role>& roles,
                                      const core::OrganizationId& where);

}  // namespace claviger::service
