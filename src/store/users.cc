#include "claviger/store/users.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"
#include "words.h"

namespace claviger::store {
namespace {

using core::User;
using core::UserId;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, email, name, standing, roles, created_at, version FROM users";
constexpr std::string_view kSelectSignIn =
    "SELECT id, organization_id, email, name, standing, roles, created_at, version, password_hash "
    "FROM users";

constexpr Refusals kRefusals = {.unique = "A user with this e-mail address exists already.",
                                .foreign_key = "The user's organization does not exist."};

User read_user(Row& row) {
  User user;
  user.id = row.id<UserId>();
  user.organization = row.id<core::OrganizationId>();
  user.email = row.text();
  user.name = row.text();
  user.standing = row.word(parse_standing);
  user.roles = row.word(parse_roles);
  user.created_at = row.time();
  user.version = row.version();
  return user;
}

SignIn read_sign_in(Row& row) {
  User user = read_user(row);
  return {std::move(user), std::string(row.text())};
}

}  // namespace

Result<core::Version> create_user(WriteTransaction& tx, const Scope& scope, const User& user,
                                  std::string_view password_hash) {
  TRY(check_scope(scope, user.organization));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(user.id)));
  TRY(tx.connection().execute(
      "INSERT INTO users (id, organization_id, email, name, standing, roles, password_hash, "
      "created_at, version) VALUES (:id, :organization, :email, :name, :standing, :roles, "
      ":password_hash, :created_at, :version)",
      {{"id", user.id},
       {"organization", user.organization},
       {"email", user.email},
       {"name", user.name},
       {"standing", to_word(user.standing)},
       {"roles", to_json(user.roles)},
       {"password_hash", password_hash},
       {"created_at", user.created_at},
       {"version", version}},
      kRefusals));
  return version;
}

Result<core::Version> update_user(WriteTransaction& tx, const Scope& scope, const User& user) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(user.id)));
  Where where(scope);
  where.id(user.id).with({{"email", user.email},
                          {"name", user.name},
                          {"standing", to_word(user.standing)},
                          {"roles", to_json(user.roles)},
                          {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE users SET email = :email, name = :name, standing = :standing, "
                  "roles = :roles, version = :version"),
      where.binds(), kRefusals));
  TRY(found_row(rows, "user"));
  return version;
}

Result<core::Version> set_password_hash(WriteTransaction& tx, const Scope& scope, const UserId& id,
                                        std::string_view password_hash) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(id)));
  Where where(scope);
  where.id(id).with({{"password_hash", password_hash}, {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE users SET password_hash = :password_hash, version = :version"),
      where.binds()));
  TRY(found_row(rows, "user"));
  return version;
}

Result<User> get_user(const ReadTransaction& tx, const Scope& scope, const UserId& id) {
  Where where(scope);
  where.id(id);
  auto user = TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_user));
  return found(std::move(user), "user");
}

Result<Listed<User>> list_users(const ReadTransaction& tx, const Scope& scope,
                                const Page<UserId>& page) {
  Where where(scope);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_user));
  return listed(std::move(rows), page);
}

Result<std::optional<SignIn>> find_sign_in(const ReadTransaction& tx, AllTenants all,
                                           std::string_view email) {
  Where where(all);
  where.add("email = :email", {"email", email});
  return tx.connection().select_one(where.after(kSelectSignIn), where.binds(), read_sign_in);
}

}  // namespace claviger::store
