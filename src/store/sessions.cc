#include "claviger/store/sessions.h"

#include "connection.h"

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

core::Session read_session(Row& row) {
  core::Session session;
  session.id = row.id<core::SessionId>();
  session.user = row.id<core::UserId>();
  session.token = row.digest();
  session.created_at = row.time();
  session.expires_at = row.time();
  return session;
}

}  // namespace

Result<void> create_session(WriteTransaction& tx, const core::Session& session) {
  TRY(tx.connection().execute(
      "INSERT INTO sessions (id, user_id, token, created_at, expires_at) "
      "VALUES (:id, :user, :token, :created_at, :expires_at)",
      {{"id", session.id},
       {"user", session.user},
       {"token", to_hex(session.token)},
       {"created_at", session.created_at},
       {"expires_at", session.expires_at}},
      {.unique = "This session exists already.", .foreign_key = "The user does not exist."}));
  return {};
}

Result<std::optional<core::Session>> find_session(const ReadTransaction& tx, const Digest& token,
                                                  Time now) {
  return tx.connection().select_one(
      "SELECT id, user_id, token, created_at, expires_at FROM sessions "
      "WHERE token = :token AND expires_at > :now",
      {{"token", to_hex(token)}, {"now", now}}, read_session);
}

Result<void> delete_session(WriteTransaction& tx, const core::SessionId& id) {
  TRY(tx.connection().execute("DELETE FROM sessions WHERE id = :id", {{"id", id}}));
  return {};
}

Result<std::int64_t> delete_sessions_of(WriteTransaction& tx, const core::UserId& user) {
  return tx.connection().execute("DELETE FROM sessions WHERE user_id = :user", {{"user", user}});
}

Result<std::int64_t> delete_expired_sessions(WriteTransaction& tx, Time now) {
  return tx.connection().execute("DELETE FROM sessions WHERE expires_at <= :now", {{"now", now}});
}

}  // namespace claviger::store
