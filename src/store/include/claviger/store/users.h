// Users in the database. Who is deleted looks absent, but to the gateways.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// What a sign-in is checked against.
struct SignIn {
  core::User user;
  std::string password_hash;  ///< as the password library wrote it; empty: no password is right
};

/// Errors: kConflict if the e-mail address is taken, by whomever; kNotFound if the user's
/// organization lies outside the scope.
Result<core::Version> create_user(WriteTransaction& tx, const Scope& scope, const core::User& user,
                                  std::string_view password_hash);

/// Writes e-mail, name, status and roles. Errors: kNotFound, kConflict as above.
Result<core::Version> update_user(WriteTransaction& tx, const Scope& scope, const core::User& user);

/// No input of the decision: no change log. Errors: kNotFound.
Result<void> set_password_hash(WriteTransaction& tx, const Scope& scope, const core::UserId& id,
                               std::string_view password_hash);

/// Likewise.
Result<void> set_last_sign_in(WriteTransaction& tx, const core::UserId& id, Time at);

/// Errors: kNotFound.
Result<core::User> get_user(const ReadTransaction& tx, const Scope& scope, const core::UserId& id);

struct UserFilter {
  std::optional<core::AccountStatus> status = {};
  std::optional<core::RoleId> role = {};
  std::optional<std::string> email = {};  ///< whole and canonical
};

Result<Listed<core::User>> list_users(const ReadTransaction& tx, const Scope& scope,
                                      const UserFilter& filter, const Page<core::UserId>& page);

/// For the gateways, which are told of deleted ones as well, because keys name them.
Result<Listed<core::User>> list_users_ever(const ReadTransaction& tx, AllTenants,
                                           const Page<core::UserId>& page);
Result<core::User> get_user_ever(const ReadTransaction& tx, AllTenants, const core::UserId& id);

/// For signing in, when the organization is not known yet; `email` is canonical.
Result<std::optional<SignIn>> find_sign_in(const ReadTransaction& tx, AllTenants,
                                           std::string_view email);

/// The same of a user who is known. Errors: kNotFound.
Result<SignIn> get_sign_in(const ReadTransaction& tx, const Scope& scope, const core::UserId& id);

/// True if another user than `id`, who is enabled, has this predefined role in the organization.
Result<bool> has_another_with_role(const ReadTransaction& tx,
                                   const core::OrganizationId& organization,
                                   const core::RoleId& role, const core::UserId& id);

}  // namespace claviger::store
