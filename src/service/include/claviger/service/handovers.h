// Handing applications over, and what would stop if nobody took them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/handover.h"
#include "claviger/service/applications.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// How long a handover waits to be accepted.
inline constexpr Microseconds kHandoverLifetime = std::chrono::hours{24 * 7};

/// Most applications that an impact names, and that one handover gives.
inline constexpr int kMostNamedApplications = 100;

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

struct NewHandover {
  core::UserId from;
  core::UserId to;
  std::vector<core::ApplicationId> applications;  ///< empty: all active ones
};

/// Offers a user's applications to another of the same organization. Needs "Manage users", but for
/// one's own. Errors: kNotFound; kInvalidInput for applications that are not the giver's; kConflict
/// if there is nothing to give, or the receiver is the giver or is disabled.
Result<core::Handover> offer_handover(Context& context, const Caller& caller,
                                      const NewHandover& wanted);

/// Those that the caller gives or is to receive.
Result<Listed<core::Handover>> list_my_handovers(Context& context, const Caller& caller,
                                                 const Page<core::HandoverId>& page);

/// The receiver takes over: the applications, and the keys in them that the giver made, whose
/// ceiling is the receiver from then on. Errors: kNotFound for all but the receiver; kConflict if
/// it is not pending; kLimitReached beyond the receiver's number of applications.
Result<Changed<core::Handover>> accept_handover(Context& context, const Caller& caller,
                                                core::HandoverId id);

/// The receiver declines, or the giver withdraws. Errors: kNotFound for all others; kConflict.
Result<core::Handover> decline_handover(Context& context, const Caller& caller,
                                        core::HandoverId id);

}  // namespace claviger::service
