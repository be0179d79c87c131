// What the audit tells of a change of an API. Private to the service module.
#pragma once

#include "audit_entry.h"

#include "claviger/core/api.h"

namespace claviger::service {

/// Of its endpoints, which may be thousands, the number, and those that came, went or need other
/// scopes.
[[nodiscard]] Changes new_api(const core::Api& api);
[[nodiscard]] Changes api_changes(const core::Api& before, const core::Api& after);

}  // namespace claviger::service
