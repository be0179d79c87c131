#include "key_access.h"
#include "key_ceiling.h"
#include "write_as.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/service/key_life.h"

namespace claviger::service {
namespace {

/// The old secrets that go on for a while, and the new one, are no more than may work at a time.
Result<void> check_live_secrets(const std::vector<store::StoredSecret>& secrets, Time end,
                                Time now) {
  const auto live = std::count_if(secrets.begin(), secrets.end(), [&](const auto& stored) {
    return !stored.revoked && std::min(stored.secret.not_after, end) > now;
  });
  if (static_cast<std::size_t>(live) < core::kMaxLiveSecrets) return {};
  return fail(Error::refused(
      ErrorCode::kConflict,
      fmt::format("{} secrets of this key still work. Revoke the older one first, or rotate "
                  "without an overlap.",
                  live)));
}

/// Whoever rotates a key holds its secret then.
Result<core::AccessKey> key_to_rotate(const store::ReadTransaction& tx, const Caller& caller,
                                      core::KeyId id) {
  core::AccessKey key = TRY(key_for(tx, caller, id, kCreating));
  TRY(require_reach(tx, caller, key));
  return key;
}

}  // namespace

Result<RotatedKey> rotate_key(Context& context, const Caller& caller, core::KeyId id,
                              Microseconds overlap) {
  const core::AccessKey present = TRY(context.database.read(
      [&](store::ReadTransaction& tx) { return key_to_rotate(tx, caller, id); }));
  const store::TenantScope scope{present.organization};
  Secret secret = core::make_secret(present.kind, context.random);
  const Digest digest = sha256(secret.reveal());
  using Outcome = Changed<KeyView>;
  Outcome changed =
      TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
        const core::AccessKey before = TRY(key_to_rotate(tx, caller, id));
        TRY(core::state_after(before, core::KeyAction::kRotate, tx.now()));
        const auto secrets = TRY(store::list_secrets(tx, scope, id));
        const Time end = tx.now() + overlap;
        TRY(check_live_secrets(secrets, end, tx.now()));
        const store::KeyRotation rotation{.id = id,
                                          .secret = {.digest = digest, .not_after = kEndOfTime},
                                          .hint = core::hint_of(secret),
                                          .old_not_after = end};
        const core::Version version = TRY(store::rotate_key(tx, scope, rotation));
        core::AccessKey key = TRY(store::get_key(tx, scope, id));
        const auto now_stored = TRY(store::list_secrets(tx, scope, id));
        TRY(audit_key(tx, caller, "key.rotate", before,
                      Changes::between(shown(before), shown(key))
                          .changed("secrets", audited(secrets), audited(now_stored))));
        return Outcome{view_of(context, std::move(key), now_stored), version, tx.now()};
      }));
  wait_for_new_secret(context, changed.version, changed.changed_at);
  return RotatedKey{std::move(changed), std::move(secret)};
}

}  // namespace claviger::service
