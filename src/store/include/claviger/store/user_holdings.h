// The applications and keys that stop with something else.
#pragma once

#include <cstdint>
#include <variant>
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

struct HeldKey {
  core::KeyId id;
  Time created_at;
};

/// What keys stop with: of an organization also those of all below it, of a user those that
/// holdings_of() counts.
using KeyHolder =
    std::variant<core::OrganizationId, core::UserId, core::ApplicationId, core::KeyId>;

/// The active keys that stop with `holder`.
Result<std::vector<HeldKey>> keys_held_by(const ReadTransaction& tx, const KeyHolder& holder,
                                          Time now);

}  // namespace claviger::store
