// What a deleted user or organization and a revoked application leave behind: users, applications
// and keys that nobody can use any more.
#pragma once

#include "claviger/base/result.h"
#include "claviger/service/context.h"

namespace claviger::service {

/// Deletes the users of deleted organizations, and revokes the applications and keys of deleted
/// users, and the keys of revoked applications. They stopped with the one change itself: this only
/// writes down for each that it is over. In steps of bounded size; what a crash leaves undone is
/// done at the next start (docs/threats.md, K07).
Result<void> clear_left_behind(Context& context);

}  // namespace claviger::service
