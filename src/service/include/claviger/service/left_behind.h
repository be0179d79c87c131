// What a deleted user or organization and a revoked application leave behind: users, applications
// and keys that nobody can use any more.
#pragma once

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/store/left_behind.h"

namespace claviger::service {

/// Deletes the users of the deleted organization, and revokes the applications and keys of the
/// deleted user, and the keys of the revoked application, in the caller's name. They stopped with
/// the one change itself: this only writes down for each that it is over. In steps of bounded size;
/// what a crash leaves undone is done at the next start (docs/threats.md, K07).
Result<void> clear_left_behind(Context& context, const Caller& caller,
                               const store::LeftBehindBy& by);

/// The same for all that a crash has left undone, in nobody's name.
Result<void> clear_all_left_behind(Context& context);

}  // namespace claviger::service
