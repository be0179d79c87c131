#include "key_access.h"
#include "write_as.h"

#include <algorithm>

#include "claviger/service/key_life.h"

namespace claviger::service {

Result<Changed<KeyView>> revoke_secret(Context& context, const Caller& caller, core::KeyId id,
                                       core::SecretId secret) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
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
