// What would stop if a user were disabled or deleted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/service/applications.h"
#include "claviger/service/context.h"

namespace claviger::service {

/// How far back an impact counts calls.
inline constexpr Microseconds kImpactWindow = std::chrono::hours{24 * 30};

/// Calls as the gateway of this server's host has counted them: one number for each key and the
/// time of its last call, from `since` on. A key that is older than the window, at a gateway that
/// is, has been called in it between once and as often as ever.
struct CountedCalls {
  std::uint64_t at_least = 0;
  std::uint64_t at_most = 0;
  std::optional<Time> since;  ///< nullopt: nothing is counted here
};

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
