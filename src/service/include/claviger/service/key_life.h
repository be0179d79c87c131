// What becomes of an access key after it was issued (ARCHITECTURE.md, "The life of a key").
//
// Who may: "Edit", "Restrict", "Create" and "Revoke access keys for any application", or "… for my
// applications" on the caller's own. A key that the caller may not see is not there (kNotFound).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/access_key.h"
#include "claviger/core/interval.h"
#include "claviger/service/context.h"
#include "claviger/service/keys.h"

namespace claviger::service {

/// What can be changed of a key; nullopt leaves it as it is.
struct KeyEdit {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<core::Metadata> metadata;
  /// The inner nullopt is "from anywhere".
  std::optional<std::optional<std::vector<core::Network>>> allowed_ips;
};

/// Needs Edit, and Restrict for the addresses. Errors: kNotFound; kConflict for a key that is
/// revoked or rejected.
Result<Changed<KeyView>> update_key(Context& context, const Caller& caller, core::KeyId id,
                                    const KeyEdit& edit);

/// Gives the same secrets a new expiry; an expired key becomes active again. Needs Create. Errors:
/// kNotFound; kConflict for a key without expiry, a token of OAuth, a revoked or rejected key;
/// kLimitReached if one more key would become active; kInvalidInput for an expiry that has passed,
/// or beyond the maximum of one of the key's APIs.
Result<Changed<KeyView>> renew_key(Context& context, const Caller& caller, core::KeyId id,
                                   const NewExpiry& expiry);

struct RotatedKey {
  Changed<KeyView> changed;
  Secret secret;  ///< shown once: here
};

/// How long the old secret of a rotation may go on.
inline constexpr Microseconds kLongestOverlap = std::chrono::hours{24 * 30};

/// Gives the same key a new secret. The old one ends after `overlap` (0: at once), or when it would
/// have ended anyway. Needs Create. Errors: kNotFound; kConflict if the key is neither active nor
/// disabled, or if more than core::kMaxLiveSecrets would work.
Result<RotatedKey> rotate_key(Context& context, const Caller& caller, core::KeyId id,
                              Microseconds overlap);

/// Ends one secret for ever. Needs Revoke. Errors: kNotFound; kConflict if it is revoked already.
Result<Changed<KeyView>> revoke_secret(Context& context, const Caller& caller, core::KeyId id,
                                       core::SecretId secret);

/// A key that takes the place of another, with other rights or the same.
struct Succession {
  NewKey wanted;              ///< what is empty is taken from the older key, and so is its end
  bool names_rights = false;  ///< grants, scopes and read-only stand in `wanted`
  std::optional<std::optional<std::vector<core::Network>>> allowed_ips = {};  ///< or the older's
  Microseconds overlap{0};  ///< how long the older key goes on
};

/// Makes a new key in the same application, and gives the older one an end. Needs Create. Errors:
/// as issue_key(); kConflict if the key is not active, has a successor, or is a personal access
/// token.
Result<IssuedKey> succeed_key(Context& context, const Caller& caller, core::KeyId id,
                              const Succession& succession);

struct Revocation {
  core::RevokeReason reason = core::RevokeReason::kOther;
  std::string comment;
};

/// Needs Revoke. Final. Errors: kNotFound; kConflict if the key is revoked already.
Result<Changed<KeyView>> revoke_key(Context& context, const Caller& caller, core::KeyId id,
                                    const Revocation& revocation);

/// Needs Revoke. Errors: kNotFound; kConflict if the key's status forbids it.
Result<Changed<KeyView>> disable_key(Context& context, const Caller& caller, core::KeyId id);
Result<Changed<KeyView>> enable_key(Context& context, const Caller& caller, core::KeyId id);

/// Most keys of one request.
inline constexpr std::size_t kMostKeysAtOnce = 1000;

/// Removes revoked or rejected keys, all of them or none; returns how many. Needs Revoke. Errors:
/// kNotFound if only keys are in the way that are not there, else kConflict; each with a fault per
/// key at `/ids/N`.
Result<Changed<std::size_t>> delete_keys(Context& context, const Caller& caller,
                                         const std::vector<core::KeyId>& ids);

/// The same for one, whose error is its own.
Result<Changed<std::size_t>> delete_key(Context& context, const Caller& caller, core::KeyId id);

/// Stops several keys, all or none; as delete_keys(). `action` is kRevoke or kDisable.
struct BulkStop {
  std::vector<core::KeyId> ids;
  core::KeyAction action = core::KeyAction::kRevoke;
  Revocation revocation;  ///< for kRevoke
};

Result<Changed<std::vector<KeyView>>> stop_keys(Context& context, const Caller& caller,
                                                const BulkStop& stop);

}  // namespace claviger::service
