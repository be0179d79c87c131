// Applications in the database.
#pragma once

#include <cstdint>
#include <optional>

#include "claviger/base/result.h"
#include "claviger/core/application.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Whether a list shows what has been revoked (those that users read do not).
enum class Revoked : std::uint8_t { kLeftOut, kIncluded };

struct ApplicationFilter {
  std::optional<core::UserId> owner = {};
  Revoked revoked = Revoked::kLeftOut;
};

/// Errors: kConflict if the owner is not there; kNotFound if the organization lies outside the
/// scope.
Result<core::Version> create_application(WriteTransaction& tx, const Scope& scope,
                                         const core::Application& application);

/// Writes owner, name, description and status. Errors: kNotFound; kConflict if it was revoked.
Result<core::Version> update_application(WriteTransaction& tx, const Scope& scope,
                                         const core::Application& application);

/// Errors: kNotFound.
Result<core::Application> get_application(const ReadTransaction& tx, const Scope& scope,
                                          const core::ApplicationId& id);

Result<Listed<core::Application>> list_applications(const ReadTransaction& tx, const Scope& scope,
                                                    const ApplicationFilter& filter,
                                                    const Page<core::ApplicationId>& page);

/// The user's application of personal access tokens, if there is one by now.
Result<std::optional<core::Application>> find_personal_application(const ReadTransaction& tx,
                                                                   const Scope& scope,
                                                                   const core::UserId& owner);

/// How many active applications of the usual kind a user has: what the limit on their number
/// counts.
Result<std::int64_t> count_active_applications(const ReadTransaction& tx, const Scope& scope,
                                               const core::UserId& owner);

}  // namespace claviger::store
