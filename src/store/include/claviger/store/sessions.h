// Sign-ins in the database. They are no input of the decision: no change log.
#pragma once

#include <cstdint>
#include <optional>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Errors: kConflict if the user is not there.
Result<void> create_session(WriteTransaction& tx, const core::Session& session);

/// The session of that token, if `now` lies before its end.
Result<std::optional<core::Session>> find_session(const ReadTransaction& tx, const Digest& token,
                                                  Time now);

/// Ends a session; one that is not there has ended already.
Result<void> delete_session(WriteTransaction& tx, const core::SessionId& id);

/// Ends all sessions of a user, after a change of password or a disabling. Returns how many.
Result<std::int64_t> delete_sessions_of(WriteTransaction& tx, const core::UserId& user);

/// Returns how many had expired.
Result<std::int64_t> delete_expired_sessions(WriteTransaction& tx, Time now);

}  // namespace claviger::store
