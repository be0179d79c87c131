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

/// What the user has offered and nobody has decided.
Result<std::vector<core::Handover>> pending_offers_of(const WriteTransaction& tx,
                                                      const core::UserId& user);

/// Gives the application to `to`, and to `to` as their maker the keys in it that `from` made, but
/// for those that call the management API. Returns the keys that were given.
Result<std::vector<core::KeyId>> give_application(WriteTransaction& tx,
                                                  const core::Handover& handover,
                                                  const core::ApplicationId& application);

}  // namespace claviger::store
