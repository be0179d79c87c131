// Users in the database.
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

/// Writes e-mail, name, standing and roles. Errors: kNotFound, kConflict as above.
Result<core::Version> update_user(WriteTransaction& tx, const Scope& scope, const core::User& user);

/// Errors: kNotFound.
Result<core::Version> set_password_hash(WriteTransaction& tx, const Scope& scope,
                                        const core::UserId& id, std::string_view password_hash);

/// Errors: kNotFound.
Result<core::User> get_user(const ReadTransaction& tx, const Scope& scope, const core::UserId& id);

Result<Listed<core::User>> list_users(const ReadTransaction& tx, const Scope& scope,
                                      const Page<core::UserId>& page);

/// For signing in, when the organization is not known yet; `email` is canonical.
Result<std::optional<SignIn>> find_sign_in(const ReadTransaction& tx, AllTenants,
                                           std::string_view email);

}  // namespace claviger::store
