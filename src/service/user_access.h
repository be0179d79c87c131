// Whom a caller may change or ask about, and what such a user has. Private to the service module.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/application.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/users.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// The user with what the roles come to.
Result<UserView> view_of(const store::ReadTransaction& tx, core::User user);

/// Refuses a key: what makes, changes or gives away a person's account, and what tells of it with
/// no permission needed, is for somebody who is signed in. A key would get beyond itself by the one
/// (docs/threats.md, I6), and beyond its scopes by the other. Errors:
/// kPermissionDenied.
[[nodiscard]] Result<void> require_person(const Caller& caller);

/// The users that "Manage users" opens to the caller.
[[nodiscard]] store::Scope managed_users(const Caller& caller);

/// The user, if it is the caller, or if the caller manages users and rules over no less than this
/// one holds. Errors: kNotFound; kPermissionDenied.
Result<core::User> user_to_change(const store::ReadTransaction& tx, const Caller& caller,
                                  core::UserId id);

/// The same for what only takes away: the rights on APIs of the user's roles are not asked for.
Result<core::User> user_to_stop(const store::ReadTransaction& tx, const Caller& caller,
                                core::UserId id);

/// The user, if it is the caller in person, or if the caller manages users. Errors: kNotFound;
/// kPermissionDenied.
Result<core::User> oneself_or_managed(const store::ReadTransaction& tx, const Caller& caller,
                                      core::UserId id);

/// The first kMostNamedApplications.
Result<store::Listed<core::Application>> active_applications_of(const store::ReadTransaction& tx,
                                                                const core::User& user);

}  // namespace claviger::service
