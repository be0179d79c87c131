// A key that takes the place of another.
#include "key_access.h"
#include "key_ceiling.h"
#include "key_grants.h"
#include "new_key.h"
#include "write_as.h"

#include <algorithm>

#include "claviger/service/key_life.h"
#include "claviger/store/access_keys.h"

namespace claviger::service {
namespace {

/// What the successor is to be: the older key, but for what is named anew.
NewKey successor_of(const core::AccessKey& key, const Succession& succession) {
  const NewKey& named = succession.wanted;
  NewKey wanted = named;
  wanted.application = key.application;
  if (named.name.empty()) wanted.name = key.name;
  if (!succession.names_rights) {
    // What a provider took away does not come back.
    for (const core::NamedGrant& grant : key.grants) {
      if (!core::is_withdrawn(key, grant.api)) wanted.grants.push_back(grant);
    }
    wanted.scopes = key.scopes;
    wanted.read_only = key.read_only;
  }
  wanted.classes = key.classes;
  if (named.description.empty()) wanted.description = key.description;
  if (named.metadata.empty()) wanted.metadata = key.metadata;
  wanted.allowed_ips = succession.allowed_ips.value_or(key.allowed_ips);
  return wanted;
}

/// The older key goes on for the overlap at most, and knows who comes after it.
Result<void> hand_on(store::WriteTransaction& tx, const Caller& caller,
                     const core::AccessKey& before, core::KeyId successor, Microseconds overlap) {
  core::AccessKey key = before;
  key.successor = successor;
  key.expires_at = std::min(before.expires_at, tx.now() + overlap);
  TRY(store::update_key(tx, store::TenantScope{key.organization}, key));
  return audit_key(tx, caller, "key.succeed", key,
                   Changes()
                       .changed("successorId", before.successor, key.successor)
                       .changed("expiresAt", before.expires_at, key.expires_at));
}

}  // namespace

Result<IssuedKey> succeed_key(Context& context, const Caller& caller, core::KeyId id,
                              const Succession& succession) {
  PreparedKey prepared = prepare_key(context, core::SecretKind::kAccessKey);
  core::AccessKey key =
      TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<core::AccessKey> {
        const core::AccessKey before = TRY(key_for(tx, caller, id, kCreating));
        // Here, and not before: what a provider takes away meanwhile is not given again.
        const NewKey wanted = successor_of(before, succession);
        const auto grants =
            TRY(compile_grants(tx, caller, {wanted.grants, wanted.scopes, wanted.classes}));
        // It ends the older key.
        TRY(require_reach(tx, caller, before));
        TRY(core::state_after(before, core::KeyAction::kSucceed, tx.now()));
        if (before.successor)
          return fail(Error::refused(ErrorCode::kConflict, "This key has a successor already: " +
                                                               before.successor->str() + '.'));
        const auto application = TRY(application_for_keys(tx, caller, before.application));
        TRY(hand_on(tx, caller, before, prepared.id, succession.overlap));
        KeyToMake made = key_to_make(wanted, grants, prepared);
        made.predecessor = &before;
        return make_key(context, tx, caller, application, made);
      }));
  return shown_key(context, std::move(key), std::move(prepared.secret));
}

}  // namespace claviger::service
