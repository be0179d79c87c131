// Revoking, disabling and enabling: one key, or several of which all change or none.
#include "key_access.h"
#include "key_ceiling.h"
#include "key_steps.h"
#include "number_limits.h"
#include "several_keys.h"
#include "write_as.h"

#include "claviger/service/key_life.h"

namespace claviger::service {
namespace {

std::string_view audit_word(core::KeyAction action) {
  if (action == core::KeyAction::kRevoke) return "key.revoke";
  return action == core::KeyAction::kDisable ? "key.disable" : "key.enable";
}

Result<Changed<KeyView>> change_key(Context& context, const Caller& caller, core::KeyId id,
                                    core::KeyAction action, const Revocation& revocation) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    const core::AccessKey before = TRY(key_for(tx, caller, id, kStopping));
    const core::KeyState to = TRY(core::state_after(before, action, tx.now()));
    if (to == core::KeyState::kActive) {
      TRY(require_reach(tx, caller, before));
      TRY(require_room_for_active_key(tx, before, tx.now()));
    }
    const core::Version version = TRY(change_state(tx, caller, before, action, revocation));
    core::AccessKey key = TRY(store::get_key(tx, store::TenantScope{before.organization}, id));
    return Changed<KeyView>{view_of(context, std::move(key)), version, tx.now()};
  });
}

}  // namespace

Changes what_becomes(const core::AccessKey& before, const store::KeyStateChange& change, Time now) {
  core::AccessKey after = before;
  after.state = change.to;
  Changes changes = Changes().changed("status", core::to_string(core::status_at(before, now)),
                                      core::to_string(core::status_at(after, now)));
  if (!change.reason) return changes;
  return std::move(changes)
      .changed("revokeReason", nlohmann::json(), nlohmann::json(core::to_string(*change.reason)))
      .changed("revokeComment", before.revoke_comment, change.comment);
}

Result<core::Version> change_state(store::WriteTransaction& tx, const Caller& caller,
                                   const core::AccessKey& before, core::KeyAction action,
                                   const Revocation& revocation) {
  const core::KeyState to = TRY(core::state_after(before, action, tx.now()));
  store::KeyStateChange change{.id = before.id,
                               .from = before.state,
                               .to = to,
                               .reason = std::nullopt,
                               .comment = revocation.comment};
  if (action == core::KeyAction::kRevoke) change.reason = revocation.reason;
  const core::Version version =
      TRY(store::change_key_state(tx, store::TenantScope{before.organization}, change));
  TRY(audit_key(tx, caller, audit_word(action), before, what_becomes(before, change, tx.now())));
  return version;
}

Result<Changed<KeyView>> revoke_key(Context& context, const Caller& caller, core::KeyId id,
                                    const Revocation& revocation) {
  return change_key(context, caller, id, core::KeyAction::kRevoke, revocation);
}

Result<Changed<KeyView>> disable_key(Context& context, const Caller& caller, core::KeyId id) {
  return change_key(context, caller, id, core::KeyAction::kDisable, {});
}

Result<Changed<KeyView>> enable_key(Context& context, const Caller& caller, core::KeyId id) {
  return change_key(context, caller, id, core::KeyAction::kEnable, {});
}

Result<Changed<std::vector<KeyView>>> stop_keys(Context& context, const Caller& caller,
                                                const BulkStop& stop) {
  using Outcome = Changed<std::vector<KeyView>>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const auto keys = TRY(several_keys(tx, caller, stop.ids, stop.action));
    Outcome outcome{.value = {}, .version = {}, .changed_at = tx.now()};
    for (const core::AccessKey& before : keys) {
      outcome.version = TRY(change_state(tx, caller, before, stop.action, stop.revocation));
      core::AccessKey key =
          TRY(store::get_key(tx, store::TenantScope{before.organization}, before.id));
      outcome.value.push_back(view_of(context, std::move(key)));
    }
    return outcome;
  });
}

}  // namespace claviger::service
