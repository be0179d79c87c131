// Signing in and out.
#pragma once

#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"

namespace claviger::service {

/// How long a session lasts, whatever is done with it.
inline constexpr Microseconds kSessionLifetime = std::chrono::hours{12};

struct SignedIn {
  Secret token;
  Time expires_at;
  core::User user;
};

/// Errors: kSignInRequired, in one and the same sentence and time, for an unknown address, a wrong
/// password, a disabled user and an inactive organization.
Result<SignedIn> sign_in(Context& context, std::string_view email, const Secret& password,
                         const std::string& request_id, const std::string& source_ip);

/// Who holds the session of this token. Errors: kSignInRequired, also once the user or the user's
/// organization is not active.
Result<core::Principal> authenticate(Context& context, std::string_view token);

/// Ends the caller's session.
Result<void> sign_out(Context& context, const Caller& caller);

}  // namespace claviger::service
