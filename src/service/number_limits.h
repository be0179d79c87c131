// Limits on numbers, each asked in the transaction that adds: of many at once, no more pass than
// there is room for.
#pragma once

#include <cstdint>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/core/application.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// Errors: kLimitReached if the caller would have more active applications than a user of the
/// organization may.
Result<void> require_room_for_applications(const store::ReadTransaction& tx, const Caller& caller,
                                           std::int64_t more);

/// For a key on its way to being active. Errors: kLimitReached if the application has as many
/// active keys as its organization allows.
Result<void> require_room_for_active_key(const store::ReadTransaction& tx,
                                         const core::AccessKey& key, Time now);

/// Keys that are not active pile up unless they are deleted; of personal access tokens, which no
/// other limit counts, so do the active ones. Errors: kLimitReached if there are as many as the
/// operator allows.
Result<void> require_room_for_new_key(Context& context, const store::ReadTransaction& tx,
                                      const core::Application& application);

}  // namespace claviger::service
