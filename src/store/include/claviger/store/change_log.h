// The ordered change log as a whole: where it stands, and what is done to it rarely.
#pragma once

#include <optional>

#include "claviger/base/result.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct ChangeHead {
  core::Epoch epoch;
  core::Version version;     ///< of the newest change
  core::Version kept_after;  ///< changes behind this one are kept
};

Result<ChangeHead> change_head(const ReadTransaction& tx);

/// True if, behind `version`, anything has changed that may decide who a caller is and may do:
/// organizations, users and roles; and for a key that calls, that key and applications. Never false
/// by mistake: where changes were dropped, it is true.
Result<bool> has_standing_changed(const ReadTransaction& tx, core::Version version,
                                  const std::optional<core::KeyId>& key);

/// Drops the changes up to `through`; who has not got so far takes a snapshot.
Result<void> forget_changes(WriteTransaction& tx, core::Version through);

/// Starts the next epoch, after a restore: every gateway takes a snapshot (docs/threats.md, I5).
Result<core::Epoch> start_epoch(WriteTransaction& tx);

}  // namespace claviger::store
