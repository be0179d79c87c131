// What deleted users and organizations and revoked applications leave behind in the database.
#pragma once

#include <cstddef>

#include "claviger/base/result.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// How many rows one step changes.
inline constexpr int kLeftBehindPerStep = 200;

/// Deletes users of deleted organizations, revokes applications of deleted users, and revokes keys
/// that were made by deleted users or lie in applications of theirs, with the reason "owner left",
/// or that lie in revoked applications, with "other"; each with its line in the audit. Returns how
/// many; 0 once there are none.
Result<std::size_t> clear_some_left_behind(WriteTransaction& tx);

}  // namespace claviger::store
