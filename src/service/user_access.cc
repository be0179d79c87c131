#include "user_access.h"

#include "claviger/service/access.h"
#include "claviger/store/roles.h"
#include "claviger/store/users.h"

namespace claviger::service {

Result<void> require_person(const Caller& caller) {
  if (caller.principal.session) return {};
  return fail(Error::refused(ErrorCode::kPermissionDenied,
                             "A key does not do this for its user. Sign in to do it."));
}

store::Scope managed_users(const Caller& caller) {
  return scope_of(caller.principal, core::Permission::kManageUsers);
}

Result<core::User> user_to_change(const store::ReadTransaction& tx, const Caller& caller,
                                  core::UserId id) {
  TRY(require_person(caller));
  if (id != caller.principal.user)
    TRY(require(tx, caller.principal, core::Permission::kManageUsers));
  core::User user = TRY(store::get_user(tx, managed_users(caller), id));
  if (id != caller.principal.user)
    TRY(require_no_more_than_own(tx, caller.principal, TRY(store::load_roles(tx, user.roles)),
                                 user.organization));
  return user;
}

}  // namespace claviger::service
