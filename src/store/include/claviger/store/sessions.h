// Sign-ins in the database. They are no input of the decision: no change log.
#pragma once

#include <cstdint>
#include <optional>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/store/page.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Errors: kConflict if the user is not there.
Result<void> create_session(WriteTransaction& tx, const core::Session& session);

/// The session of that token, whether it has ended or not.
Result<std::optional<core::Session>> find_session(const ReadTransaction& tx, const Digest& token);

/// The session that this token renews, whether it has ended or not.
Result<std::optional<core::Session>> find_session_to_refresh(const ReadTransaction& tx,
                                                             const Digest& refresh_token);

/// Ends a session that is traded for another, and remembers its refresh token, until its family
/// ends in any case. Errors: kNotFound if the session is gone.
Result<void> spend_refresh_token(WriteTransaction& tx, const core::Session& session,
                                 Time kept_until);

/// Whose refresh token it was, before it was traded.
struct SpentRefreshToken {
  core::UserId user;
  core::SessionId family;
};

Result<std::optional<SpentRefreshToken>> find_spent_refresh_token(const ReadTransaction& tx,
                                                                  const Digest& refresh_token);

/// Ends what came of one sign-in. Returns how many sessions.
Result<std::int64_t> delete_sessions_of_family(WriteTransaction& tx, const core::SessionId& family);

/// The newest last.
Result<Listed<core::Session>> list_sessions(const ReadTransaction& tx, const core::UserId& user,
                                            const Page<core::SessionId>& page);

/// Sessions that were used at that moment; a session that is gone is left alone.
Result<void> set_last_seen(WriteTransaction& tx, const core::SessionId& id, Time at);

/// One of the user's. Errors: kNotFound.
Result<core::Session> get_session(const ReadTransaction& tx, const core::UserId& user,
                                  const core::SessionId& id);

/// Ends a session of that user. Errors: kNotFound.
Result<void> delete_session(WriteTransaction& tx, const core::UserId& user,
                            const core::SessionId& id);

/// Ends all sessions of a user but one, if that is given. Returns how many.
Result<std::int64_t> delete_sessions_of(WriteTransaction& tx, const core::UserId& user,
                                        const std::optional<core::SessionId>& but = std::nullopt);

/// Ends the sessions of a user but for the newest so many. Returns how many.
Result<std::int64_t> delete_oldest_sessions_of(WriteTransaction& tx, const core::UserId& user,
                                               int kept);

/// Ends the sessions of all users of a role. Returns how many.
Result<std::int64_t> delete_sessions_of_role(WriteTransaction& tx, const core::RoleId& role);

/// Ends the sessions of all users of an organization and of those below it. Returns how many.
Result<std::int64_t> delete_sessions_of_tree(WriteTransaction& tx, const core::OrganizationId& top);

/// When a session ends: at `now` by its own end, or because it was not used since `idle_since`.
struct SessionLimit {
  Time now;
  Time idle_since;
};

/// Forgets sessions that have ended, and spent refresh tokens of families that have. Returns how
/// many sessions it were.
Result<std::int64_t> delete_ended_sessions(WriteTransaction& tx, const SessionLimit& limit);

}  // namespace claviger::store
