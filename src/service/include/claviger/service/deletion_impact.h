// A look before a user is disabled or deleted.
#pragma once

#include <cstdint>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/service/applications.h"
#include "claviger/service/context.h"
#include "claviger/service/stop_impact.h"

namespace claviger::service {

/// What would stop if a user were disabled or deleted.
struct DeletionImpact {
  std::vector<ApplicationView> applications;  ///< the first kMostNamedApplications
  std::int64_t application_count = 0;
  std::int64_t keys = 0;            ///< active ones in these applications
  std::int64_t keys_elsewhere = 0;  ///< active ones that the user made in applications of others
  CountedCalls calls;               ///< with all these keys, in the last kImpactWindow
};

/// Needs "Manage users", but for oneself. Errors: kNotFound.
Result<DeletionImpact> deletion_impact(Context& context, const Caller& caller, core::UserId id);

}  // namespace claviger::service
