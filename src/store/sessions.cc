#include "claviger/store/sessions.h"

#include "connection.h"
#include "refusal.h"
#include "where.h"

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

using core::Session;

constexpr std::string_view kSelect =
    "SELECT id, user_id, family, token, signed_in_at, created_at, expires_at, last_seen_at, "
    "source_ip, user_agent, read_only, refresh_token, refreshable_until FROM sessions";

std::optional<Digest> parse_digest(std::string_view hex) {
  Digest digest{};
  if (!from_hex(hex, digest)) return std::nullopt;
  return digest;
}

std::optional<std::string> digest_value(const std::optional<Digest>& digest) {
  if (!digest) return std::nullopt;
  return to_hex(*digest);
}

Session read_session(Row& row) {
  Session session;
  session.id = row.id<core::SessionId>();
  session.user = row.id<core::UserId>();
  session.family = row.id<core::SessionId>();
  session.token = row.digest();
  session.signed_in_at = row.time();
  session.created_at = row.time();
  session.expires_at = row.time();
  session.last_seen_at = row.time();
  session.source_ip = row.text();
  session.user_agent = row.text();
  session.read_only = row.flag();
  session.refresh_token = row.optional_word(parse_digest);
  session.refreshable_until = row.time();
  return session;
}

}  // namespace

Result<void> create_session(WriteTransaction& tx, const Session& session) {
  TRY(tx.connection().execute(
      "INSERT INTO sessions (id, user_id, family, token, signed_in_at, created_at, expires_at, "
      "last_seen_at, source_ip, user_agent, read_only, refresh_token, refreshable_until) "
      "VALUES (:id, :user, :family, :token, :signed_in_at, :created_at, :expires_at, "
      ":last_seen_at, :source_ip, :user_agent, :read_only, :refresh_token, :refreshable_until)",
      {{"id", session.id},
       {"user", session.user},
       {"family", session.family},
       {"token", to_hex(session.token)},
       {"signed_in_at", session.signed_in_at},
       {"created_at", session.created_at},
       {"expires_at", session.expires_at},
       {"last_seen_at", session.last_seen_at},
       {"source_ip", session.source_ip},
       {"user_agent", session.user_agent},
       {"read_only", session.read_only},
       {"refresh_token", digest_value(session.refresh_token)},
       {"refreshable_until", session.refreshable_until}},
      {.unique = "This session exists already.", .foreign_key = "The user does not exist."}));
  return {};
}

Result<std::optional<Session>> find_session(const ReadTransaction& tx, const Digest& token) {
  return tx.connection().select_one(std::string(kSelect) + " WHERE token = :token",
                                    {{"token", to_hex(token)}}, read_session);
}

Result<std::optional<Session>> find_session_to_refresh(const ReadTransaction& tx,
                                                       const Digest& refresh_token) {
  return tx.connection().select_one(std::string(kSelect) + " WHERE refresh_token = :token",
                                    {{"token", to_hex(refresh_token)}}, read_session);
}

Result<void> spend_refresh_token(WriteTransaction& tx, const Session& session, Time kept_until) {
  TRY(delete_session(tx, session.user, session.id));
  TRY(tx.connection().execute(
      "INSERT INTO spent_refresh_tokens (digest, user_id, family, kept_until) "
      "VALUES (:digest, :user, :family, :kept_until)",
      {{"digest", digest_value(session.refresh_token)},
       {"user", session.user},
       {"family", session.family},
       {"kept_until", kept_until}},
      {.unique = "This refresh token has been traded already."}));
  return {};
}

Result<std::optional<SpentRefreshToken>> find_spent_refresh_token(const ReadTransaction& tx,
                                                                  const Digest& refresh_token) {
  return tx.connection().select_one(
      "SELECT user_id, family FROM spent_refresh_tokens WHERE digest = :digest",
      {{"digest", to_hex(refresh_token)}}, [](Row& row) {
        const auto user = row.id<core::UserId>();
        return SpentRefreshToken{.user = user, .family = row.id<core::SessionId>()};
      });
}

Result<std::int64_t> delete_sessions_of_family(WriteTransaction& tx,
                                               const core::SessionId& family) {
  return tx.connection().execute("DELETE FROM sessions WHERE family = :family",
                                 {{"family", family}});
}

Result<Listed<Session>> list_sessions(const ReadTransaction& tx, const core::UserId& user,
                                      const Page<core::SessionId>& page) {
  Where where(AllTenants{});
  where.add("user_id = :user", {"user", user}).page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_session));
  return listed(std::move(rows), page);
}

Result<void> set_last_seen(WriteTransaction& tx, const core::SessionId& id, Time at) {
  TRY(tx.connection().execute("UPDATE sessions SET last_seen_at = :at WHERE id = :id",
                              {{"at", at}, {"id", id}}));
  return {};
}

Result<Session> get_session(const ReadTransaction& tx, const core::UserId& user,
                            const core::SessionId& id) {
  auto session =
      TRY(tx.connection().select_one(std::string(kSelect) + " WHERE id = :id AND user_id = :user",
                                     {{"id", id}, {"user", user}}, read_session));
  return found(std::move(session), "session");
}

Result<void> delete_session(WriteTransaction& tx, const core::UserId& user,
                            const core::SessionId& id) {
  const std::int64_t rows = TRY(tx.connection().execute(
      "DELETE FROM sessions WHERE id = :id AND user_id = :user", {{"id", id}, {"user", user}}));
  return found_row(rows, "session");
}

Result<std::int64_t> delete_sessions_of(WriteTransaction& tx, const core::UserId& user,
                                        const std::optional<core::SessionId>& but) {
  return tx.connection().execute("DELETE FROM sessions WHERE user_id = :user AND id <> :but",
                                 {{"user", user}, {"but", but ? but->str() : ""}});
}

Result<std::int64_t> delete_oldest_sessions_of(WriteTransaction& tx, const core::UserId& user,
                                               int kept) {
  return tx.connection().execute(
      "DELETE FROM sessions WHERE user_id = :user AND id NOT IN "
      "(SELECT id FROM sessions WHERE user_id = :user ORDER BY id DESC LIMIT :kept)",
      {{"user", user}, {"kept", kept}});
}

Result<std::int64_t> delete_sessions_of_role(WriteTransaction& tx, const core::RoleId& role) {
  return tx.connection().execute(
      "DELETE FROM sessions WHERE user_id IN "
      "(SELECT user_id FROM user_roles WHERE role_id = :role)",
      {{"role", role}});
}

Result<std::int64_t> delete_sessions_of_tree(WriteTransaction& tx,
                                             const core::OrganizationId& top) {
  return tx.connection().execute(
      "DELETE FROM sessions WHERE user_id IN (SELECT users.id FROM users JOIN organization_tree "
      "ON descendant_id = organization_id WHERE ancestor_id = :top)",
      {{"top", top}});
}

Result<std::int64_t> delete_ended_sessions(WriteTransaction& tx, const SessionLimit& limit) {
  TRY(tx.connection().execute("DELETE FROM spent_refresh_tokens WHERE kept_until <= :now",
                              {{"now", limit.now}}));
  return tx.connection().execute(
      "DELETE FROM sessions WHERE refreshable_until <= :now "
      "AND (expires_at <= :now OR last_seen_at <= :idle_since)",
      {{"now", limit.now}, {"idle_since", limit.idle_since}});
}

}  // namespace claviger::store
