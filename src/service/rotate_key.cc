#include "key_access.h"
#include "key_ceiling.h"

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

/// What the audit tells of secrets.
nlohmann::json audited(const std::vector<store::StoredSecret>& secrets) {
  nlohmann::json list = nlohmann::json::array();
  for (const store::StoredSecret& stored : secrets)
    list.push_back({{"id", core::secret_id_of(stored.secret.digest).str()},
                    {"notAfter", shown(stored.secret.not_after)},
                    {"revoked", stored.revoked}});
  return list;
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
  Outcome changed = TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
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

Result<Changed<KeyView>> revoke_secret(Context& context, const Caller& caller, core::KeyId id,
                                       core::SecretId secret) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    const core::AccessKey before = TRY(key_for(tx, caller, id, kStopping));
    const store::TenantScope scope{before.organization};
    const auto secrets = TRY(store::list_secrets(tx, scope, id));
    const auto found = std::find_if(secrets.begin(), secrets.end(), [&](const auto& stored) {
      return core::secret_id_of(stored.secret.digest) == secret;
    });
    if (found == secrets.end())
      return fail(Error::refused(ErrorCode::kNotFound, "There is no such secret."));
    if (found->revoked)
      return fail(Error::refused(ErrorCode::kConflict, "This secret is revoked already."));
    // A key without it would be active, count as such, and open nothing.
    if (found->secret.not_after == kEndOfTime)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "This is the key's present secret. Rotate the key to have another "
                                 "one, or revoke the key."));
    const core::Version version = TRY(store::revoke_secret(tx, scope, id, found->secret.digest));
    auto after = secrets;
    after[static_cast<std::size_t>(found - secrets.begin())].revoked = true;
    TRY(audit_key(tx, caller, "key.secret.revoke", before,
                  Changes().changed("secrets", audited(secrets), audited(after))));
    core::AccessKey key = TRY(store::get_key(tx, scope, id));
    const auto now_stored = TRY(store::list_secrets(tx, scope, id));
    return Changed<KeyView>{view_of(context, std::move(key), now_stored), version, tx.now()};
  });
}

}  // namespace claviger::service
