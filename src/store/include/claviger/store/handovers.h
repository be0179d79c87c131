// Applications on their way from one user to another, who has to accept.
#pragma once

#include <cstdint>

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

/// Gives the applications to `to`, and to `to` as their maker the keys in them that `from` made,
/// but for those that call the management API. Applications that `from` does not own any more are
/// left alone. Returns how many were given.
Result<std::int64_t> give_applications(WriteTransaction& tx, const core::Handover& handover);

}  // namespace claviger::store
