// Who may touch which rows. The permission that an operation needs at all stands in its route; here
// are the rules that depend on whose thing it is.
#pragma once

#include <optional>
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

/// The refusal for want of a permission: names it, and to a person up to three people of their
/// organization who can grant it.
[[nodiscard]] Error lacks(const store::ReadTransaction& tx, const core::Principal& principal,
                          core::Permission permission);

/// Errors: kPermissionDenied.
[[nodiscard]] Result<void> require(const store::ReadTransaction& tx,
                                   const core::Principal& principal, core::Permission permission);

/// What whoever holds none of these is told, before anybody has looked whose thing is meant: what
/// is needed for one's own, and what for another's if that is another permission.
[[nodiscard]] Error lacks_for(Context& context, const core::Principal& principal,
                              core::Permission own, std::optional<core::Permission> others);

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

/// The same without the roles' rights on APIs, for acts that take away: what an API has lost, or
/// who manages it, is no shelter for whoever is to be stopped.
Result<void> require_no_more_permissions_than_own(const core::Principal& principal,
                                                  const std::vector<core::Role>& roles,
                                                  const core::OrganizationId& where);

}  // namespace claviger::service
