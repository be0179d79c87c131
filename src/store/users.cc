#include "claviger/store/users.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"

#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::User;
using core::UserId;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, email, name, status, roles, created_at, last_sign_in_at, version, "
    "CASE WHEN EXISTS (SELECT 1 FROM second_factors WHERE user_id = users.id "
    "AND confirmed_at IS NOT NULL) THEN 1 ELSE 0 END FROM users";
constexpr std::string_view kSelectSignIn =
    "SELECT id, organization_id, email, name, status, roles, created_at, last_sign_in_at, version, "
    "CASE WHEN EXISTS (SELECT 1 FROM second_factors WHERE user_id = users.id "
    "AND confirmed_at IS NOT NULL) THEN 1 ELSE 0 END, password_hash FROM users";
constexpr std::string_view kPresent = "status <> 'deleted'";

constexpr Refusals kRefusals = {.unique = "A user with this e-mail address exists already.",
                                .foreign_key = "The user's organization does not exist."};

User read_user(Row& row) {
  User user;
  user.id = row.id<UserId>();
  user.organization = row.id<core::OrganizationId>();
  user.email = row.text();
  user.name = row.text();
  user.status = row.word(core::parse_account_status);
  user.roles = row.word(parse_ids<core::RoleId>);
  user.created_at = row.time();
  user.last_sign_in_at = row.optional_time();
  user.version = row.version();
  user.has_second_factor = row.flag();
  return user;
}

SignIn read_sign_in(Row& row) {
  User user = read_user(row);
  return {std::move(user), std::string(row.text())};
}

/// Repeats the user's roles where the users of a role are found.
Result<void> write_roles(WriteTransaction& tx, const User& user) {
  TRY(tx.connection().execute("DELETE FROM user_roles WHERE user_id = :user", {{"user", user.id}}));
  for (const core::RoleId& role : user.roles)
    TRY(tx.connection().execute("INSERT INTO user_roles (role_id, user_id) VALUES (:role, :user)",
                                {{"role", role}, {"user", user.id}},
                                {.unique = "A role stands twice among the user's roles."}));
  return {};
}

}  // namespace

Result<core::Version> create_user(WriteTransaction& tx, const Scope& scope, const User& user,
                                  std::string_view password_hash) {
  TRY(check_organization(tx, scope, user.organization));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(user.id)));
  TRY(tx.connection().execute(
      "INSERT INTO users (id, organization_id, email, name, status, roles, password_hash, "
      "created_at, version) VALUES (:id, :organization, :email, :name, :status, :roles, "
      ":password_hash, :created_at, :version)",
      {{"id", user.id},
       {"organization", user.organization},
       {"email", user.email},
       {"name", user.name},
       {"status", core::to_string(user.status)},
       {"roles", to_json(user.roles)},
       {"password_hash", password_hash},
       {"created_at", user.created_at},
       {"version", version}},
      kRefusals));
  TRY(write_roles(tx, user));
  return version;
}

Result<core::Version> update_user(WriteTransaction& tx, const Scope& scope, const User& user) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(user.id)));
  Where where(scope);
  where.id(user.id).add(kPresent).with({{"email", user.email},
                                        {"name", user.name},
                                        {"new_status", core::to_string(user.status)},
                                        {"roles", to_json(user.roles)},
                                        {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE users SET email = :email, name = :name, status = :new_status, "
                  "roles = :roles, version = :version"),
      where.binds(), kRefusals));
  TRY(found_row(rows, "user"));
  TRY(write_roles(tx, user));
  return version;
}

Result<void> set_password_hash(WriteTransaction& tx, const Scope& scope, const UserId& id,
                               std::string_view password_hash) {
  Where where(scope);
  where.id(id).add(kPresent).with({{"password_hash", password_hash}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE users SET password_hash = :password_hash"), where.binds()));
  return found_row(rows, "user");
}

Result<void> set_last_sign_in(WriteTransaction& tx, const UserId& id, Time at) {
  TRY(tx.connection().execute("UPDATE users SET last_sign_in_at = :at WHERE id = :id",
                              {{"at", at}, {"id", id}}));
  return {};
}

Result<User> get_user(const ReadTransaction& tx, const Scope& scope, const UserId& id) {
  Where where(scope);
  where.id(id).add(kPresent);
  auto user = TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_user));
  return found(std::move(user), "user");
}

Result<Listed<User>> list_users(const ReadTransaction& tx, const Scope& scope,
                                const UserFilter& filter, const Page<UserId>& page) {
  Where where(scope);
  where.add(kPresent);
  if (filter.status) where.add("status = :status", {"status", core::to_string(*filter.status)});
  if (filter.role)
    where.add("id IN (SELECT user_id FROM user_roles WHERE role_id = :role)",
              {"role", *filter.role});
  if (filter.email) where.add("email = :email", {"email", *filter.email});
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_user));
  return listed(std::move(rows), page);
}

Result<Listed<User>> list_users_ever(const ReadTransaction& tx, AllTenants all,
                                     const Page<UserId>& page) {
  Where where(all);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_user));
  return listed(std::move(rows), page);
}

Result<User> get_user_ever(const ReadTransaction& tx, AllTenants all, const UserId& id) {
  Where where(all);
  where.id(id);
  auto user = TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_user));
  return found(std::move(user), "user");
}

Result<std::optional<SignIn>> find_sign_in(const ReadTransaction& tx, AllTenants all,
                                           std::string_view email) {
  Where where(all);
  where.add("email = :email", {"email", email}).add(kPresent);
  return tx.connection().select_one(where.after(kSelectSignIn), where.binds(), read_sign_in);
}

Result<SignIn> get_sign_in(const ReadTransaction& tx, const Scope& scope, const UserId& id) {
  Where where(scope);
  where.id(id).add(kPresent);
  auto found_one =
      TRY(tx.connection().select_one(where.after(kSelectSignIn), where.binds(), read_sign_in));
  return found(std::move(found_one), "user");
}

Result<bool> has_another_with_role(const ReadTransaction& tx,
                                   const core::OrganizationId& organization,
                                   const core::RoleId& role, const UserId& id) {
  const auto another = TRY(tx.connection().select_one(
      "SELECT 1 FROM user_roles JOIN users ON users.id = user_roles.user_id WHERE role_id = :role "
      "AND users.organization_id = :organization AND status = 'enabled' AND users.id <> :id "
      "LIMIT 1",
      {{"role", role}, {"organization", organization}, {"id", id}},
      [](Row& row) { return row.number(); }));
  return another.has_value();
}

}  // namespace claviger::store
