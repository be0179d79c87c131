// Users: making them and changing them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/service/choose_password.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// A user with the roles whole.
struct UserView {
  core::User user;
  std::vector<core::Role> roles;
};

/// Roles as they are asked for: ids, or names of predefined roles and of the user's organization's.
using RoleNames = std::vector<std::string>;

struct NewUser {
  std::string email;
  std::string name;
  std::optional<Secret> password;  ///< absent: the user chooses one by a link
  RoleNames roles;
  std::optional<core::OrganizationId> organization;  ///< the caller's own if absent
};

struct MadeUser {
  UserView view;
  std::optional<IssuedPasswordLink> link;  ///< where no password was given
};

/// Needs "Manage users". Errors: kPermissionDenied also for a role that holds more than the caller
/// does; kConflict if the address is taken; kNotFound for an organization that the permission does
/// not reach; kInvalidInput for a role that is not there.
Result<MadeUser> create_user(Context& context, const Caller& caller, NewUser wanted);

/// Needs "View users". Errors: kNotFound.
Result<UserView> get_user(Context& context, const Caller& caller, core::UserId id);

struct UserSearch {
  std::optional<core::AccountStatus> status;
  std::optional<std::string> role;  ///< id or name
  std::optional<std::string> email;
};

Result<Listed<UserView>> list_users(Context& context, const Caller& caller,
                                    const UserSearch& search, const Page<core::UserId>& page);

/// The caller's own user. Errors: kSignInRequired if it is gone.
Result<UserView> get_me(Context& context, const Caller& caller);

struct UserChange {
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<RoleNames> roles;
};

/// Needs "Manage users", and no less than what the user holds. With other roles the user's sessions
/// end (docs/threats.md, S01), and keys shrink at once. Errors: as create_user(); kConflict for the
/// last administrator's role.
Result<Changed<UserView>> update_user(Context& context, const Caller& caller, core::UserId id,
                                      const UserChange& change);

/// The user's keys stop at once, and the sessions end. The same needs. Errors: kNotFound; kConflict
/// for oneself, the last administrator, and what is so already.
Result<Changed<UserView>> disable_user(Context& context, const Caller& caller, core::UserId id);
Result<Changed<UserView>> enable_user(Context& context, const Caller& caller, core::UserId id);

/// The same for ever: the user's applications and keys are revoked.
Result<Changed<UserView>> delete_user(Context& context, const Caller& caller, core::UserId id);

/// A link by which the user chooses a new password; a second factor stays on. The same needs.
/// Errors: kNotFound; kConflict for oneself, and for a user who is disabled.
Result<IssuedPasswordLink> reset_password(Context& context, const Caller& caller, core::UserId id);

}  // namespace claviger::service
