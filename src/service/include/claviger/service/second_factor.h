// The second factor of a sign-in: one-time codes of an app, and recovery codes for the day when the
// app is gone. Each user switches it on and off; keys and personal access tokens do without.
#pragma once

#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"

namespace claviger::service {

inline constexpr int kRecoveryCodes = 10;

/// Shown once, for the app.
struct StartedSecondFactor {
  Secret secret;  ///< in base32
  Secret uri;     ///< otpauth://
};

/// Makes a secret, which changes nothing until it is confirmed; one that was made before and not
/// confirmed is forgotten. The caller must be signed in: a key does not do. Errors: kInvalidInput
/// if the present password is not right; kConflict if there is a second factor; kPermissionDenied;
/// kTooManyRequests for whoever guesses.
Result<StartedSecondFactor> start_second_factor(Context& context, const Caller& caller,
                                                const Secret& present_password);

/// Switches it on by a first code of the app, and ends the caller's other sessions. Returns the
/// recovery codes, which are shown once. Errors: kInvalidInput for a wrong code; kConflict if none
/// was started, or it is on.
Result<std::vector<Secret>> confirm_second_factor(Context& context, const Caller& caller,
                                                  std::string_view code);

/// Switches it off, by a code or a recovery code, and ends the caller's other sessions. Errors:
/// kInvalidInput for a wrong password or code; kConflict if it is off; kPermissionDenied;
/// kTooManyRequests.
Result<void> end_second_factor(Context& context, const Caller& caller,
                               const Secret& present_password, std::string_view code);

/// The same for another user, who has lost app and codes, and whose sessions all end. Needs "Manage
/// users", and no less than what the user holds. Errors: kNotFound; kConflict for oneself, and if
/// it is off.
Result<void> reset_second_factor(Context& context, const Caller& caller, core::UserId id);

}  // namespace claviger::service
