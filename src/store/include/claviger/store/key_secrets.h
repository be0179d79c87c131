// The secrets of keys in the database: their digests, and what tells one from another.
#pragma once

#include <optional>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// A secret of a key as it is stored.
struct StoredSecret {
  core::KeySecret secret;
  core::KeyHint hint;
  Time created_at;
  bool revoked = true;
};

/// What a presented secret leads to.
struct KeyOfSecret {
  core::AccessKey key;
  StoredSecret secret;
};

struct KeyRotation {
  core::KeyId id;
  core::KeySecret secret;  ///< the new one
  core::KeyHint hint;      ///< of the new one
  Time old_not_after;      ///< when the old ones end, if they do not end before
};

/// Gives the key one more secret and an end to those that it has. Of those that have ended, only
/// the newest few stay listed; the others are retired. Errors: kNotFound; kConflict if the secret
/// is known already.
Result<core::Version> rotate_key(WriteTransaction& tx, const Scope& scope,
                                 const KeyRotation& rotation);

/// Revokes one secret of a key for ever. Errors: kNotFound.
Result<core::Version> revoke_secret(WriteTransaction& tx, const Scope& scope, const core::KeyId& id,
                                    const Digest& digest);

/// The secrets of a key, oldest end last, revoked ones too; empty where there is no such key.
Result<std::vector<StoredSecret>> list_secrets(const ReadTransaction& tx, const Scope& scope,
                                               const core::KeyId& id);

/// True if the secret is a key's, or was. Secrets are unique over all organizations.
Result<bool> is_secret_taken(const ReadTransaction& tx, AllTenants, const Digest& digest);

/// Whoever presents a secret is not known before it is found: hence over all organizations.
Result<std::optional<KeyOfSecret>> find_key_by_secret(const ReadTransaction& tx, AllTenants,
                                                      const Digest& digest);

}  // namespace claviger::store
