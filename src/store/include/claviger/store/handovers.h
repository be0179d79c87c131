// Applications on their way from one user to another, who has to accept.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/handover.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Errors: kConflict if one of the users is not there.
Result<void> create_handover(WriteTransaction& tx, const core::Handover& handover);

/// Errors: kNotFound.
Result<core::Handover> get_handover(const ReadTransaction& tx, const Scope& scope,
                                    const core::HandoverId& id);

/// Those that the user gives or is to receive.
Result<Listed<core::Handover>> list_handovers(const ReadTransaction& tx, const core::UserId& user,
                                              const Page<core::HandoverId>& page);

/// Of two decisions at once, one finds it pending. Errors: kConflict for the other.
Result<void> decide_handover(WriteTransaction& tx, const core::HandoverId& id,
                             core::HandoverStatus status);

/// Gives the applications to `to`, and to `to` as their maker the keys in them that `from` made.
/// Applications that `from` does not own any more are left alone. Returns how many were given.
Result<std::int64_t> give_applications(WriteTransaction& tx, const core::Handover& handover);

/// What stops with a user: numbers of what is active.
struct UserHoldings {
  std::int64_t applications = 0;
  std::int64_t keys_in_them = 0;    ///< whoever made them
  std::int64_t keys_elsewhere = 0;  ///< made in applications of others
};

Result<UserHoldings> holdings_of(const ReadTransaction& tx, const core::UserId& user, Time now);

/// A key that stops with a user.
struct HeldKey {
  core::KeyId id;
  Time created_at;
};

/// The keys that holdings_of() counts.
Result<std::vector<HeldKey>> keys_held_by(const ReadTransaction& tx, const core::UserId& user,
                                          Time now);

}  // namespace claviger::store
