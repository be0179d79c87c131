#include "key_access.h"

#include "claviger/service/key_life.h"

namespace claviger::service {
namespace {

Result<Time> moment_of(const NewExpiry& expiry, Time now) {
  Time at = expiry.at.value_or(kEndOfTime);
  if (expiry.in) at = core::after(now, *expiry.in);
  if (at > now) return at;
  return fail(Error::invalid(
      {{"/expiresAt", "never-valid",
        PublicText("This moment has passed. Choose a later expiry, or revoke the key.")}}));
}

}  // namespace

Result<Changed<KeyView>> renew_key(Context& context, const Caller& caller, core::KeyId id,
                                   const NewExpiry& expiry) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    core::AccessKey key = TRY(key_for(tx, caller, id, kCreating));
    TRY(core::state_after(key, core::KeyAction::kRenew, tx.now()));
    TRY(core::check_renewable(key));
    const bool returns = core::status_at(key, tx.now()) == core::KeyStatus::kExpired &&
                         key.state == core::KeyState::kActive;
    if (returns) TRY(check_active_limit(context, tx, key));
    const Time before = key.expires_at;
    key.expires_at = TRY(moment_of(expiry, tx.now()));
    key.version = TRY(store::update_key(tx, store::TenantScope{key.organization}, key));
    TRY(audit_key(tx, caller, "key.renew", key,
                  Changes().changed("expiresAt", before, key.expires_at)));
    const core::Version version = key.version;
    return Changed<KeyView>{view_of(context, std::move(key)), version, tx.now()};
  });
}

}  // namespace claviger::service
