// Access keys and their secrets in the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/applications.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// A key as it comes into being. `grants` are `key.grants` compiled: numbers are given once and for
/// ever, so that what was issued means the same for as long as the key lives, whatever becomes of
/// the names.
struct IssuedKey {
  core::AccessKey key;
  std::vector<core::Grant> grants;
  std::vector<core::KeySecret> secrets;  ///< none for a pending key
};

/// A secret of a key as it is stored.
struct StoredSecret {
  core::KeySecret secret;
  bool revoked = true;
};

/// What a presented secret leads to.
struct KeyOfSecret {
  core::AccessKey key;
  StoredSecret secret;
};

struct KeyFilter {
  Time now;  ///< what "expired" is judged by
  std::optional<core::ApplicationId> application = {};
  std::optional<core::UserId> application_owner = {};
  std::optional<core::KeyStatus> status = {};  ///< with kRevoked, `revoked` does not matter
  Revoked revoked = Revoked::kIncluded;
};

struct KeyStateChange {
  core::KeyId id;
  core::KeyState from{};  ///< as the caller has seen it
  core::KeyState to{};
  std::optional<core::RevokeReason> reason = {};  ///< for kRevoked
  std::string comment = {};
};

struct KeyRotation {
  core::KeyId id;
  core::KeySecret secret;  ///< the new one
  core::KeyHint hint;      ///< of the new one
  Time old_not_after;      ///< when the old ones end, if they do not end before
};

/// Errors: kConflict if the application or the maker is not there, or a secret is known already;
/// kNotFound if the organization lies outside the scope.
Result<core::Version> create_key(WriteTransaction& tx, const Scope& scope, const IssuedKey& issued);

/// Errors: kNotFound.
Result<core::AccessKey> get_key(const ReadTransaction& tx, const Scope& scope,
                                const core::KeyId& id);

Result<Listed<core::AccessKey>> list_keys(const ReadTransaction& tx, const Scope& scope,
                                          const KeyFilter& filter, const Page<core::KeyId>& page);

/// How many keys of an application are active, and not expired at `now`: what the limit on their
/// number counts.
Result<std::int64_t> count_active_keys(const ReadTransaction& tx, const Scope& scope,
                                       const core::ApplicationId& application, Time now);

/// Writes name, description, IP allow-list and expiry. Errors: kNotFound.
Result<core::Version> update_key(WriteTransaction& tx, const Scope& scope,
                                 const core::AccessKey& key);

/// Errors: kNotFound; kConflict if the key is not in the state `from` (somebody was faster).
Result<core::Version> change_key_state(WriteTransaction& tx, const Scope& scope,
                                       const KeyStateChange& change);

/// Gives the key one more secret and an end to those that it has. Errors: kNotFound; kConflict if
/// the secret is known already.
Result<core::Version> rotate_key(WriteTransaction& tx, const Scope& scope,
                                 const KeyRotation& rotation);

/// Revokes one secret of a key for ever. Errors: kNotFound.
Result<core::Version> revoke_secret(WriteTransaction& tx, const Scope& scope, const core::KeyId& id,
                                    const Digest& digest);

/// The secrets of a key, oldest end last, revoked ones too; empty where there is no such key.
Result<std::vector<StoredSecret>> list_secrets(const ReadTransaction& tx, const Scope& scope,
                                               const core::KeyId& id);

/// Whoever presents a secret is not known before it is found: hence over all organizations.
Result<std::optional<KeyOfSecret>> find_key_by_secret(const ReadTransaction& tx, AllTenants,
                                                      const Digest& digest);

}  // namespace claviger::store
