// Second factors in the database. They are no input of the decision: no change log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/totp.h"
#include "claviger/core/user.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct SecondFactor {
  std::string sealed_secret;
  std::optional<Time> confirmed_at;  ///< nullopt: started, and not on yet
  core::TotpStep last_step;          ///< the newest whose code was used
};

/// Stores a secret that is not on yet, in place of another such. Errors: kConflict if one is on.
Result<void> start_second_factor(WriteTransaction& tx, const core::UserId& user,
                                 std::string_view sealed_secret);

Result<std::optional<SecondFactor>> find_second_factor(const ReadTransaction& tx,
                                                       const core::UserId& user);

/// Switches on what was started, with these recovery codes, of which only the digests are known.
/// Errors: kConflict if there is nothing to switch on.
Result<void> confirm_second_factor(WriteTransaction& tx, const core::UserId& user,
                                   const std::vector<Digest>& recovery_codes);

/// Uses up a step and all before it. False if that was done already: of two who bring one code at
/// once, one finds it (docs/threats.md, C25).
Result<bool> take_totp_step(WriteTransaction& tx, const core::UserId& user, core::TotpStep step);

/// Uses up a recovery code. False if the user has no such code left.
Result<bool> take_recovery_code(WriteTransaction& tx, const core::UserId& user, const Digest& code);

/// Forgets it, with its recovery codes. Returns true if it was on.
Result<bool> delete_second_factor(WriteTransaction& tx, const core::UserId& user);

}  // namespace claviger::store
