// Choosing a password: by the old one, or by a link that works once.
#pragma once

#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// How long a link to choose a password works.
inline constexpr Microseconds kPasswordLinkLifetime = std::chrono::hours{72};

struct IssuedPasswordLink {
  Secret token;  ///< shown once: here
  Time expires_at;
};

struct PasswordChange {
  Secret present;
  Secret wanted;
};

/// Changes the caller's password and ends the caller's other sessions (docs/threats.md, S02).
/// Errors: kInvalidInput if the present password is not right, or the new one is too short;
/// kTooManyRequests for whoever guesses the present one.
Result<void> change_password(Context& context, const Caller& caller, const PasswordChange& change);

/// Makes a link for a user, which ends the one before. It ends with the caller, too: with the
/// account, or with the roles that it was issued by. Its audit line is the caller's.
Result<IssuedPasswordLink> issue_password_link(Context& context, store::WriteTransaction& tx,
                                               const Caller& caller, core::UserId user);

/// Where a request comes from that nobody is signed in for.
struct Visitor {
  std::string request_id;
  std::string source_ip;
};

/// Gives the password to the user of the link, and ends all sessions. Works once, also for two who
/// come at the same time. Errors: kPermissionDenied for a link that is not known, used or too old,
/// all alike.
Result<void> choose_password(Context& context, std::string_view token, const Secret& wanted,
                             const Visitor& visitor);

}  // namespace claviger::service
