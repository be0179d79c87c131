// What becomes of the handovers that a user has offered. Private to the service module.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// A user who stops gives nothing more: accepted later, an offer would let keys go on that have
/// stopped with their user (docs/threats.md, K02). Who manages the user may offer anew.
Result<void> withdraw_offers_of(store::WriteTransaction& tx, const Caller& caller,
                                core::UserId user);

}  // namespace claviger::service
