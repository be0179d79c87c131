// What deleted users and organizations and revoked applications leave behind in the database.
#pragma once

#include <variant>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/ids.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// How many ids a list below has at most.
inline constexpr int kLeftBehindPerStep = 200;

/// Whose deletion or revocation it is; std::monostate: anybody's.
using LeftBehindBy =
    std::variant<std::monostate, core::OrganizationId, core::UserId, core::ApplicationId>;

/// Users of a deleted organization that are not deleted.
Result<std::vector<core::UserId>> users_left_behind(const ReadTransaction& tx,
                                                    const LeftBehindBy& by);

/// Active applications of a deleted user.
Result<std::vector<core::ApplicationId>> applications_left_behind(const ReadTransaction& tx,
                                                                  const LeftBehindBy& by);

/// Keys that a deleted user made, that lie in an application of theirs or in a revoked one, and
/// that are neither revoked nor rejected.
Result<std::vector<core::KeyId>> keys_left_behind(const ReadTransaction& tx,
                                                  const LeftBehindBy& by);

}  // namespace claviger::store
