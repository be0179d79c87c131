// Access keys in the database. Their secrets: key_secrets.h; lists of them: key_list.h.
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

/// How many keys an application has: what the limits on their number look at.
struct KeysOfApplication {
  std::int64_t active = 0;  ///< and not expired
  std::int64_t others = 0;
};

struct KeyStateChange {
  core::KeyId id;
  core::KeyState from{};  ///< as the caller has seen it
  core::KeyState to{};
  std::optional<core::RevokeReason> reason = {};  ///< for kRevoked
  std::string comment = {};
};

/// Errors: kConflict if the application or the maker is not there, or a secret is known already;
/// kNotFound if the organization lies outside the scope.
Result<core::Version> create_key(WriteTransaction& tx, const Scope& scope, const IssuedKey& issued);

/// Errors: kNotFound.
Result<core::AccessKey> get_key(const ReadTransaction& tx, const Scope& scope,
                                const core::KeyId& id);

/// As the clock sees them at `now`.
Result<KeysOfApplication> count_keys_of_application(const ReadTransaction& tx, const Scope& scope,
                                                    const core::ApplicationId& application,
                                                    Time now);

/// How many keys of an application are active, and not expired at `now`.
Result<std::int64_t> count_active_keys(const ReadTransaction& tx, const Scope& scope,
                                       const core::ApplicationId& application, Time now);

/// Writes name, description, metadata, IP allow-list, expiry and successor. Errors: kNotFound.
Result<core::Version> update_key(WriteTransaction& tx, const Scope& scope,
                                 const core::AccessKey& key);

/// Errors: kNotFound; kConflict if the key is not in the state `from` (somebody was faster).
Result<core::Version> change_key_state(WriteTransaction& tx, const Scope& scope,
                                       const KeyStateChange& change);

/// Takes the grant on an API out of what the key may do; its text stays, named as withdrawn.
/// Errors: kNotFound, also for a key that holds no grant on the API.
Result<core::Version> withdraw_api(WriteTransaction& tx, const Scope& scope, const core::KeyId& id,
                                   const core::Api& api);

/// True if the key holds a grant on the API that was not withdrawn.
Result<bool> holds_grant_on(const ReadTransaction& tx, const Scope& scope, const core::KeyId& id,
                            const core::ApiId& api);

/// Compiled, without those that were withdrawn. Errors: kNotFound.
Result<std::vector<core::Grant>> compiled_grants(const ReadTransaction& tx, const Scope& scope,
                                                 const core::KeyId& id);

/// Removes a revoked or rejected key; its secrets are retired for ever. Errors: kNotFound;
/// kConflict in any other state.
Result<core::Version> delete_key(WriteTransaction& tx, const Scope& scope, const core::KeyId& id);

}  // namespace claviger::store
