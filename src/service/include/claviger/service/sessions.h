// Signing in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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

/// What somebody signs in with.
struct Credentials {
  std::string email;
  Secret password;
  std::optional<std::string> code = {};  ///< of the second factor, or a recovery code
};

/// Errors: kSignInRequired, in one and the same sentence and time, for an unknown address, a wrong
/// password, a wrong code, a user who is not enabled and an organization that is not;
/// kSecondFactorNeeded if the password is right and a code is missing; kTooManyRequests for whoever
/// fails often. A code for an account that needs none is not looked at.
Result<SignedIn> sign_in(Context& context, const Credentials& credentials, const Visit& visit);

/// A session for programs: a short one with a token that trades it for the next.
struct TokenPair {
  Secret access;
  Secret refresh;
  Microseconds lifetime;  ///< of `access`
  UserView user;
};

inline constexpr Microseconds kTokenLifetime = std::chrono::hours{1};

enum class Extent : std::uint8_t { kEverything, kReading };  ///< kReading: GET and HEAD

/// A sign-in that waits for its code: whoever holds the token has given the right password. It is
/// good for nothing else.
struct PendingSignIn {
  Secret mfa_token;
  Microseconds lifetime;
};

inline constexpr Microseconds kMfaTokenLifetime = std::chrono::minutes{5};

/// As sign_in(), for protocols that ask for the code after the password: finish with
/// finish_sign_in_for_tokens() where the account needs one.
Result<std::variant<TokenPair, PendingSignIn>> sign_in_for_tokens(Context& context,
                                                                  std::string_view email,
                                                                  const Secret& password,
                                                                  Extent extent,
                                                                  const Visit& visit);

/// Errors: kSignInRequired, in the same sentence, for a wrong code and for a token that is forged,
/// too old, or older than the present password; kTooManyRequests.
Result<TokenPair> finish_sign_in_for_tokens(Context& context, std::string_view mfa_token,
                                            std::string_view code, const Visit& visit,
                                            Extent at_most = Extent::kEverything);

/// Trades a refresh token for a new pair; the old one works no more. One that comes a second time
/// ends all that came of its sign-in. Errors: kSignInRequired.
Result<TokenPair> refresh_tokens(Context& context, std::string_view refresh_token,
                                 const Visit& visit, Extent at_most = Extent::kEverything);

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

/// Another user's sessions. Needs "Manage users", and no less than what the user holds. Errors:
/// kNotFound.
Result<Listed<core::Session>> list_sessions_of(Context& context, const Caller& caller,
                                               core::UserId user,
                                               const Page<core::SessionId>& page);

/// Ends one of them. The same needs. Errors: kNotFound.
Result<void> end_session_of(Context& context, const Caller& caller, core::UserId user,
                            core::SessionId id);

/// Ends all sessions of a user: one's own but the present one, or another's, with the same needs.
/// Returns how many. Errors: kNotFound.
Result<std::int64_t> end_sessions_of(Context& context, const Caller& caller, core::UserId id);

}  // namespace claviger::service
