// When a key ends: what is asked for, and what the APIs of its grants allow. Private to the service
// module.
#pragma once

#include <optional>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/service/keys.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// The end that the key is to have from now on. Where none is asked for, it is `otherwise`, or else
/// the shortest default of the key's APIs, and never beyond their shortest maximum. A grant that
/// was withdrawn does not count; the management API has neither default nor maximum, and a token
/// that may do whatever its user may names no other. Errors: kInvalidInput for an end beyond the
/// maximum, naming the API, or one before the key could be used.
Result<Time> end_of(const store::WriteTransaction& tx, const core::AccessKey& key,
                    const std::optional<NewExpiry>& asked, std::optional<Time> otherwise = {});

}  // namespace claviger::service
