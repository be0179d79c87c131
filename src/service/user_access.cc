#include "user_access.h"

#include "claviger/service/access.h"
#include "claviger/service/applications.h"
#include "claviger/store/applications.h"
#include "claviger/store/roles.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

Result<core::User> oneself_or_managed_in_person(const store::ReadTransaction& tx,
                                                const Caller& caller, core::UserId id) {
  TRY(require_person(caller));
  if (id != caller.principal.user)
    TRY(require(tx, caller.principal, core::Permission::kManageUsers));
  return store::get_user(tx, managed_users(caller), id);
}

}  // namespace

Result<void> require_person(const Caller& caller) {
  if (caller.principal.session) return {};
  return fail(Error::refused(ErrorCode::kPermissionDenied,
                             "A key does not do this for its user. Sign in to do it."));
}

store::Scope managed_users(const Caller& caller) {
  return scope_of(caller.principal, core::Permission::kManageUsers);
}

Result<core::User> user_to_stop(const store::ReadTransaction& tx, const Caller& caller,
                                core::UserId id) {
  core::User user = TRY(oneself_or_managed_in_person(tx, caller, id));
  if (id != caller.principal.user)
    TRY(require_no_more_permissions_than_own(
        caller.principal, TRY(store::load_roles(tx, user.roles)), user.organization));
  return user;
}

Result<core::User> user_to_change(const store::ReadTransaction& tx, const Caller& caller,
                                  core::UserId id) {
  core::User user = TRY(oneself_or_managed_in_person(tx, caller, id));
  if (id != caller.principal.user)
    TRY(require_no_more_than_own(tx, caller.principal, TRY(store::load_roles(tx, user.roles)),
                                 user.organization));
  return user;
}

Result<core::User> oneself_or_managed(const store::ReadTransaction& tx, const Caller& caller,
                                      core::UserId id) {
  // A key is its maker's, but not the maker: what it may see of them, its scopes say.
  if (id == caller.principal.user && !caller.principal.key)
    return store::get_user(tx, store::TenantScope::of(caller.principal), id);
  TRY(require(tx, caller.principal, core::Permission::kManageUsers));
  return store::get_user(tx, managed_users(caller), id);
}

Result<Listed<core::Application>> active_applications_of(const store::ReadTransaction& tx,
                                                         const core::User& user) {
  return store::list_applications(tx, store::TenantScope{user.organization},
                                  {.owner = user.id, .revoked = store::Revoked::kLeftOut},
                                  {.limit = kMostNamedApplications, .after = std::nullopt});
}

}  // namespace claviger::service
