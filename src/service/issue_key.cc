// A new key, with a secret that is made here.
#include "key_grants.h"
#include "new_key.h"
#include "write_as.h"

#include "claviger/service/keys.h"

namespace claviger::service {
Result<IssuedKey> issue_key(Context& context, const Caller& caller, const NewKey& wanted) {
  // The names' numbers never change, and the rights are looked at again on every call.
  const std::vector<core::Grant> grants =
      TRY(context.database.read([&](store::ReadTransaction& tx) {
        return compile_grants(tx, caller, {wanted.grants, wanted.scopes, wanted.classes});
      }));
  PreparedKey prepared = prepare_key(context, core::SecretKind::kAccessKey);
  core::AccessKey key =
      TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<core::AccessKey> {
        const auto application = TRY(application_for_keys(tx, caller, wanted.application));
        return make_key(context, tx, caller, application, key_to_make(wanted, grants, prepared));
      }));
  return shown_key(context, std::move(key), std::move(prepared.secret));
}

}  // namespace claviger::service
