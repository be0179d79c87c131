// What the repositories of keys, of their secrets and of their lists share.
#pragma once

#include "row.h"

#include <cstdint>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// "SELECT" and the columns that read_key() reads; qualified, because lists join other tables.
inline constexpr std::string_view kKeyColumns =
    "SELECT access_keys.id, access_keys.organization_id, application_id, maker_id, kind, name, "
    "description, prefix, last_four, grants, withdrawn, scopes, classes, metadata, read_only, "
    "not_before, "
    "expires_at, allowed_ips, state, created_at, revoked_at, revoke_reason, revoke_comment, "
    "predecessor_id, successor_id, login_number, version";

/// Reads the columns above. Throws UnreadableRow.
core::AccessKey read_key(Row& row);

struct NewSecret {
  core::KeyId key;
  core::OrganizationId organization;
  core::KeySecret secret;
  core::KeyHint hint;
  Time created_at;
};

/// Errors: kConflict if it is known already, or was once: whose it is or was, the answer does not
/// tell.
Result<void> insert_secret(WriteTransaction& tx, const NewSecret& made, core::Version version);

enum class Retired : std::uint8_t {
  kAll,
  kEndedLongAgo,  ///< of those that have ended, all but the newest few
};

/// Takes secrets of a key out of use for ever, and keeps nothing of them but their digests.
Result<void> retire_secrets(WriteTransaction& tx, const core::KeyId& key, Retired which);

}  // namespace claviger::store
