// Which sets of rights a change touches, and what they hold.
#pragma once

#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Enters an API into the change log, with every set of rights that speaks of it.
Result<core::Version> record_api_change(WriteTransaction& tx, const core::Api& api);

/// The sets that a user of those roles holds.
[[nodiscard]] std::vector<core::RightSetId> right_sets_of(const core::User& user,
                                                          const std::vector<core::Role>& roles);

/// Those of all roles that there are, the predefined ones included.
Result<std::vector<core::RightSetId>> right_sets_of_roles(const ReadTransaction& tx);

/// The set as it is now.
Result<core::RightSetRecord> load_right_set(const ReadTransaction& tx, const core::RightSetId& id);

}  // namespace claviger::store
