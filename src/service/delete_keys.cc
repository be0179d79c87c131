#include "key_access.h"
#include "key_steps.h"
#include "several_keys.h"
#include "write_as.h"

#include "claviger/service/key_life.h"

namespace claviger::service {
Result<core::Version> remove_key(store::WriteTransaction& tx, const Caller& caller,
                                 const core::AccessKey& key) {
  const core::Version version =
      TRY(store::delete_key(tx, store::TenantScope{key.organization}, key.id));
  TRY(audit_key(tx, caller, "key.delete", key, Changes::gone(shown(key))));
  return version;
}

Result<Changed<std::size_t>> delete_keys(Context& context, const Caller& caller,
                                         const std::vector<core::KeyId>& ids) {
  using Outcome = Changed<std::size_t>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const auto keys = TRY(several_keys(tx, caller, ids, core::KeyAction::kDelete));
    Outcome outcome{.value = keys.size(), .version = {}, .changed_at = tx.now()};
    for (const core::AccessKey& key : keys) outcome.version = TRY(remove_key(tx, caller, key));
    return outcome;
  });
}

Result<Changed<std::size_t>> delete_key(Context& context, const Caller& caller, core::KeyId id) {
  using Outcome = Changed<std::size_t>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const core::AccessKey key = TRY(key_for(tx, caller, id, kStopping));
    TRY(core::state_after(key, core::KeyAction::kDelete, tx.now()));
    const core::Version version = TRY(remove_key(tx, caller, key));
    return Outcome{1, version, tx.now()};
  });
}

}  // namespace claviger::service
