// Signing in and out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"
#include "claviger/service/users.h"

namespace claviger::service {

struct SignedIn {
  Secret token;
  Time expires_at;
  UserView user;
};

/// What a sign-in comes with.
struct Visit {
  std::string request_id;
  std::string source_ip;
  std::string user_agent;
};

/// Errors: kSignInRequired, in one and the same sentence and time, for an unknown address, a wrong
/// password, a user who is not enabled and an organization that is not.
Result<SignedIn> sign_in(Context& context, std::string_view email, const Secret& password,
                         const Visit& visit);

/// A session for programs: a short one with a token that trades it for the next.
struct TokenPair {
  Secret access;
  Secret refresh;
  Microseconds lifetime;  ///< of `access`
  UserView user;
};

inline constexpr Microseconds kTokenLifetime = std::chrono::hours{1};

enum class Extent : std::uint8_t { kEverything, kReading };  ///< kReading: GET and HEAD

/// As sign_in().
Result<TokenPair> sign_in_for_tokens(Context& context, std::string_view email,
                                     const Secret& password, Extent extent, const Visit& visit);

/// Trades a refresh token for a new pair; the old one works no more. Errors: kSignInRequired.
Result<TokenPair> refresh_tokens(Context& context, std::string_view refresh_token,
                                 const Visit& visit);

/// Who holds the session of this token. Errors: kSignInRequired, also once the session was idle for
/// too long, or the user or the organization is not enabled.
Result<core::Principal> authenticate(Context& context, std::string_view token);

/// Ends the caller's session.
Result<void> sign_out(Context& context, const Caller& caller);

/// The caller's own sessions, without their tokens.
Result<Listed<core::Session>> list_my_sessions(Context& context, const Caller& caller,
                                               const Page<core::SessionId>& page);

/// Errors: kNotFound if the caller has no such session.
Result<void> end_my_session(Context& context, const Caller& caller, core::SessionId id);

/// Ends all sessions of a user: one's own but the present one, or another's with "Manage users".
/// Returns how many. Errors: kNotFound.
Result<std::int64_t> end_sessions_of(Context& context, const Caller& caller, core::UserId id);

}  // namespace claviger::service
