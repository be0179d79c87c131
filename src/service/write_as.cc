#include "write_as.h"

#include "key_access.h"
#include "new_session.h"

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/change_log.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// True if the key still works, and what it lies in does.
Result<bool> is_key_live(const store::ReadTransaction& tx, const core::Principal& principal) {
  const auto key = store::get_key(tx, store::TenantScope::of(principal), *principal.key);
  if (!key) return false;
  return key->state == core::KeyState::kActive && TRY(is_held_by_active(tx, *key));
}

bool holds_all(core::PermissionSet set, core::PermissionSet wanted) {
  return (set & wanted) == wanted;
}

}  // namespace

Result<void> require_standing(const store::ReadTransaction& tx, const Caller& caller) {
  const core::Principal& principal = caller.principal;
  if (principal.session && !store::get_session(tx, principal.user, *principal.session))
    return fail(no_session());
  if (!TRY(store::has_standing_changed(tx, principal.as_of, principal.key))) return {};
  // The credential has said who it is, so the look-up is over all organizations.
  const auto user = store::get_user(tx, store::AllTenants{}, principal.user);
  if (!user || !TRY(may_come_in(tx, *user))) return fail(no_session());
  if (principal.key && !TRY(is_key_live(tx, principal))) return fail(no_session());
  const core::Principal present = TRY(principal_of(tx, *user));
  if (holds_all(present.permissions, principal.permissions) &&
      holds_all(present.permissions_below, principal.permissions_below) &&
      present.roles == principal.roles)
    return {};
  return fail(Error::refused(ErrorCode::kPermissionDenied,
                             "Your rights were changed while this was at work, and nothing was "
                             "done. Ask again."));
}

}  // namespace claviger::service
