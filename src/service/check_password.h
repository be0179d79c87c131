// Passwords as they are presented: by whoever signs in, and once more by whoever is signed in.
// Private to the service module.
#pragma once

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/sessions.h"
#include "claviger/store/transaction.h"
#include "claviger/store/users.h"

namespace claviger::service {

/// The one refusal of all sign-ins that are not right, whatever is wrong with them.
[[nodiscard]] Error wrong_sign_in();
[[nodiscard]] Error wrong_present_password();

/// Whose password it is, slowed down for whoever fails often; looks and hashes once in every case
/// alike. It counts as a failure until password_was_right().
Result<store::SignIn> check_password(Context& context, std::string_view email,
                                     const Secret& password, const Visit& visit);

/// The same of whoever is signed in, slowed down alike: a session that was stolen is no place to
/// guess passwords from. Errors: kInvalidInput at "/currentPassword"; kTooManyRequests.
Result<store::SignIn> check_own_password(Context& context, const Caller& caller,
                                         const Secret& present);

void password_was_right(Context& context, const store::SignIn& checked,
                        const std::string& source_ip);

/// The user, if what check_password() saw still stands: the password was not changed meanwhile, nor
/// the user disabled. Errors: as a wrong password.
Result<core::User> still_right(const store::ReadTransaction& tx, const store::SignIn& checked);

}  // namespace claviger::service
