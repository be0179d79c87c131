#include "key_access.h"
#include "key_ceiling.h"
#include "key_expiry.h"
#include "number_limits.h"
#include "write_as.h"

#include "claviger/service/key_life.h"

namespace claviger::service {
Result<Changed<KeyView>> renew_key(Context& context, const Caller& caller, core::KeyId id,
                                   const NewExpiry& expiry) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    core::AccessKey key = TRY(key_for(tx, caller, id, kCreating));
    TRY(core::state_after(key, core::KeyAction::kRenew, tx.now()));
    TRY(core::check_renewable(key));
    const bool returns = core::status_at(key, tx.now()) == core::KeyStatus::kExpired &&
                         key.state == core::KeyState::kActive;
    if (returns) TRY(require_room_for_active_key(tx, key, tx.now()));
    TRY(require_reach(tx, caller, key));
    const Time before = key.expires_at;
    key.expires_at = TRY(end_of(tx, key, expiry));
    if (const auto ceiling = TRY(KeyCeiling::of(tx, caller)))
      TRY(ceiling->require_end(key.expires_at));
    key.version = TRY(store::update_key(tx, store::TenantScope{key.organization}, key));
    TRY(audit_key(tx, caller, "key.renew", key,
                  Changes().changed("expiresAt", before, key.expires_at)));
    const core::Version version = key.version;
    return Changed<KeyView>{view_of(context, std::move(key)), version, tx.now()};
  });
}

}  // namespace claviger::service
