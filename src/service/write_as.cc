#include "write_as.h"

#include "if_there.h"
#include "key_access.h"
#include "new_session.h"

#include <algorithm>
#include <vector>

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/change_log.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// True if the key works as it did, and what it lies in does. Any change of the key may be the end
/// of the secret that it was called by.
Result<bool> is_key_as_it_was(const store::WriteTransaction& tx, const core::Principal& principal) {
  const auto key =
      TRY(if_there(store::get_key(tx, store::TenantScope::of(principal), *principal.key)));
  if (!key || key->version.number > principal.as_of.number) return false;
  return core::status_at(*key, tx.now()) == core::KeyStatus::kActive &&
         TRY(is_held_by_active(tx, *key));
}

bool holds_all(const std::vector<core::RoleId>& roles, const std::vector<core::RoleId>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const core::RoleId& role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  });
}

bool holds_all(core::PermissionSet set, core::PermissionSet wanted) {
  return (set & wanted) == wanted;
}

}  // namespace

Result<void> require_standing(const store::WriteTransaction& tx, const Caller& caller) {
  const core::Principal& principal = caller.principal;
  if (principal.session &&
      !TRY(if_there(store::get_session(tx, principal.user, *principal.session))))
    return fail(no_session());
  if (!TRY(store::has_standing_changed(tx, principal.as_of, principal.key))) return {};
  // The credential has said who it is, so the look-up is over all organizations.
  const auto user = TRY(if_there(store::get_user(tx, store::AllTenants{}, principal.user)));
  if (!user || !TRY(may_come_in(tx, *user))) return fail(no_session());
  if (principal.key && !TRY(is_key_as_it_was(tx, principal))) return fail(no_session());
  const core::Principal present = TRY(principal_of(tx, *user));
  if (holds_all(present.permissions, principal.permissions) &&
      holds_all(present.permissions_below, principal.permissions_below) &&
      holds_all(present.roles, principal.roles))
    return {};
  return fail(Error::refused(ErrorCode::kPermissionDenied,
                             "Your rights were changed while this was at work, and nothing was "
                             "done. Ask again."));
}

}  // namespace claviger::service
