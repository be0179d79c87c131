// The applications and keys that stop with a user.
#pragma once

#include <cstdint>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

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
