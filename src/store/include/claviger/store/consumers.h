// Which organizations may consume an API, and the most that their users may take (design.md §4.1).
#pragma once

#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// A right as its holder sees it.
struct HeldRight {
  core::ApiId api;
  core::NamedGrant most;
  core::Grant compiled;
};

/// Lets an organization consume an API, or changes the most that it may take. `scope` is the
/// API's. Errors: kNotFound without such an API; kConflict without such a consumer; kInvalidInput
/// with one fault per name that the API does not have.
Result<core::Version> set_consumer(WriteTransaction& tx, const Scope& scope, const core::ApiId& api,
                                   const core::ConsumerRight& right);

/// Errors: kNotFound.
Result<core::Version> remove_consumer(WriteTransaction& tx, const Scope& scope,
                                      const core::ApiId& api, const core::OrganizationId& consumer);

/// The consumers of an API, by id; empty where there is no such API in the scope.
Result<std::vector<core::ConsumerRight>> list_consumers(const ReadTransaction& tx,
                                                        const Scope& scope, const core::ApiId& api);

/// What the users of an organization may take, over all APIs, by the APIs' ids.
Result<std::vector<HeldRight>> consumer_rights(const ReadTransaction& tx,
                                               const TenantScope& consumer);

}  // namespace claviger::store
