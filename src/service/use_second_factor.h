// One-time codes as they are presented. Private to the service module.
#pragma once

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/sessions.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// What the secret of a user's codes is sealed for.
[[nodiscard]] std::string purpose_of_totp(core::UserId user);

/// Uses up a code of a secret that is sealed in `factor`. False if it is none that is good now.
/// Errors: kInternal if the secret was sealed by another server key.
Result<bool> take_totp_code(Context& context, store::WriteTransaction& tx, core::UserId user,
                            const store::SecondFactor& factor, std::string_view code);

/// Uses up a code, or a recovery code, of a user whose second factor is on. False if it is neither.
/// Errors: kTooManyRequests once too many wrong codes came for this account.
Result<bool> take_second_factor(Context& context, store::WriteTransaction& tx,
                                const core::User& user, std::string_view code);

/// True if the user needs no code to sign in, or this is one; a wrong one is written into the
/// audit, because whoever brings it knows the password.
Result<bool> passes_second_factor(Context& context, store::WriteTransaction& tx,
                                  const core::User& user, std::string_view code,
                                  const Visit& visit);

}  // namespace claviger::service
