// Handing applications over to another user, who has to accept.
#pragma once

#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/handover.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// How long a handover waits to be accepted.
inline constexpr Microseconds kHandoverLifetime = std::chrono::hours{24 * 7};

struct NewHandover {
  core::UserId from;
  core::UserId to;
  std::vector<core::ApplicationId> applications;  ///< empty: the first kMostNamedApplications
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
/// ceiling is the receiver from then on; but keys for the management API stay the giver's. Errors:
/// kNotFound for all but the receiver; kConflict if it is not pending; kLimitReached beyond the
/// receiver's number of applications.
Result<Changed<core::Handover>> accept_handover(Context& context, const Caller& caller,
                                                core::HandoverId id);

/// The receiver declines, or the giver withdraws. Errors: kNotFound for all others; kConflict.
Result<core::Handover> decline_handover(Context& context, const Caller& caller,
                                        core::HandoverId id);

}  // namespace claviger::service
