// Single steps in a key's life, for use cases that take several in one transaction. Private to the
// service module.
#pragma once

#include "audit_entry.h"

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/service/context.h"
#include "claviger/service/key_life.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// Disables, enables or revokes a key that the caller may stop, and writes the audit line. Errors:
/// kConflict if the key's status does not allow it.
Result<core::Version> change_state(store::WriteTransaction& tx, const Caller& caller,
                                   const core::AccessKey& before, core::KeyAction action,
                                   const Revocation& revocation = {});

/// What the audit tells of a change of state: the status that readers of the clock see.
[[nodiscard]] Changes what_becomes(const core::AccessKey& before,
                                   const store::KeyStateChange& change, Time now);

/// Removes a revoked or rejected key. The key is gone then: its audit line says what it was called.
Result<core::Version> remove_key(store::WriteTransaction& tx, const Caller& caller,
                                 const core::AccessKey& key);

}  // namespace claviger::service
