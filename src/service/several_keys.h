// Keys that one request names together: all of them take part, or none. Private to the service
// module.
#pragma once

#include "key_access.h"

#include <vector>

namespace claviger::service {

/// The keys, each of which the caller may stop, and the action may be done to. Errors: kNotFound if
/// only keys are in the way that are not there, else kConflict; with a fault at `/ids/N` for each;
/// kPermissionDenied.
[[nodiscard]] Result<std::vector<core::AccessKey>> several_keys(const store::WriteTransaction& tx,
                                                                const Caller& caller,
                                                                const std::vector<core::KeyId>& ids,
                                                                core::KeyAction action);

}  // namespace claviger::service
