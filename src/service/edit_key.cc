#include "key_access.h"
#include "key_ceiling.h"
#include "write_as.h"

#include "claviger/service/key_life.h"

namespace claviger::service {
namespace {

/// The key, if the caller may edit all of this.
Result<core::AccessKey> key_to_edit(const store::ReadTransaction& tx, const Caller& caller,
                                    core::KeyId id, const KeyEdit& edit) {
  if (edit.allowed_ips) TRY(key_for(tx, caller, id, kRestricting));
  const bool is_restricted_alone =
      edit.allowed_ips && !edit.name && !edit.description && !edit.metadata;
  return key_for(tx, caller, id, is_restricted_alone ? kRestricting : kEditing);
}

}  // namespace

Result<Changed<KeyView>> update_key(Context& context, const Caller& caller, core::KeyId id,
                                    const KeyEdit& edit) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    const core::AccessKey before = TRY(key_to_edit(tx, caller, id, edit));
    core::AccessKey key = before;
    if (key.state == core::KeyState::kRevoked || key.state == core::KeyState::kRejected)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "This key has ended for ever, so there is nothing to change."));
    if (edit.allowed_ips) {
      TRY(require_reach(tx, caller, before));
      if (const auto ceiling = TRY(KeyCeiling::of(tx, caller)))
        TRY(ceiling->require_networks(*edit.allowed_ips));
    }
    if (edit.name) key.name = *edit.name;
    if (edit.description) key.description = *edit.description;
    if (edit.metadata) key.metadata = *edit.metadata;
    if (edit.allowed_ips) key.allowed_ips = *edit.allowed_ips;
    key.version = TRY(store::update_key(tx, store::TenantScope{key.organization}, key));
    TRY(audit_key(tx, caller, "key.update", key, Changes::between(shown(before), shown(key))));
    const core::Version version = key.version;
    return Changed<KeyView>{view_of(context, std::move(key)), version, tx.now()};
  });
}

}  // namespace claviger::service
