#include "claviger/store/password_links.h"

#include "connection.h"

#include "claviger/base/encoding.h"

namespace claviger::store {

Result<void> create_password_link(WriteTransaction& tx, const PasswordLink& link) {
  TRY(delete_password_links_of(tx, link.user));
  TRY(tx.connection().execute("DELETE FROM password_links WHERE expires_at <= :now",
                              {{"now", tx.now()}}));
  TRY(tx.connection().execute(
      "INSERT INTO password_links (digest, user_id, issuer_id, created_at, expires_at) "
      "VALUES (:digest, :user, :issuer, :created_at, :expires_at)",
      {{"digest", to_hex(link.token)},
       {"user", link.user},
       {"issuer", link.issuer},
       {"created_at", link.created_at},
       {"expires_at", link.expires_at}},
      {.foreign_key = "The user does not exist."}));
  return {};
}

Result<bool> is_password_link(const ReadTransaction& tx, const Digest& token, Time now) {
  const auto found = TRY(tx.connection().select_one(
      "SELECT 1 FROM password_links WHERE digest = :digest AND expires_at > :now",
      {{"digest", to_hex(token)}, {"now", now}}, [](Row& row) { return row.number(); }));
  return found.has_value();
}

Result<std::optional<core::UserId>> take_password_link(WriteTransaction& tx, const Digest& token) {
  struct Taken {
    core::UserId user;
    Time expires_at;
  };

  const auto taken = TRY(tx.connection().select_one(
      "DELETE FROM password_links WHERE digest = :digest RETURNING user_id, expires_at",
      {{"digest", to_hex(token)}}, [](Row& row) {
        const auto user = row.id<core::UserId>();
        return Taken{user, row.time()};
      }));
  if (!taken || taken->expires_at <= tx.now()) return std::optional<core::UserId>();
  return std::optional(taken->user);
}

Result<void> delete_password_links_of(WriteTransaction& tx, const core::UserId& user) {
  TRY(tx.connection().execute("DELETE FROM password_links WHERE user_id = :user",
                              {{"user", user}}));
  return {};
}

Result<void> delete_password_links_by(WriteTransaction& tx, const core::UserId& issuer) {
  TRY(tx.connection().execute("DELETE FROM password_links WHERE issuer_id = :issuer",
                              {{"issuer", issuer}}));
  return {};
}

Result<void> delete_password_links_of_role(WriteTransaction& tx, const core::RoleId& role) {
  TRY(tx.connection().execute(
      "DELETE FROM password_links WHERE user_id IN "
      "(SELECT user_id FROM user_roles WHERE role_id = :role) OR issuer_id IN "
      "(SELECT user_id FROM user_roles WHERE role_id = :role)",
      {{"role", role}}));
  return {};
}

}  // namespace claviger::store
