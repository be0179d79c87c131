// Which organizations may consume an API, and the most that their users may take.
#pragma once

#include <optional>
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

/// A right and what its names stand for on the API (core::GrantCompiler).
struct CompiledRight {
  core::ConsumerRight right;
  core::Grant compiled;
};

/// Lets an organization consume an API, or changes the most that it may take. `scope` is the
/// API's. Errors: kNotFound without such an API; kConflict without such a consumer.
Result<core::Version> set_consumer(WriteTransaction& tx, const Scope& scope, const core::ApiId& api,
                                   const CompiledRight& right);

/// Errors: kNotFound.
Result<core::Version> remove_consumer(WriteTransaction& tx, const Scope& scope,
                                      const core::ApiId& api, const core::OrganizationId& consumer);

/// The consumers of an API, by id; empty where there is no such API in the scope.
Result<std::vector<core::ConsumerRight>> list_consumers(const ReadTransaction& tx,
                                                        const Scope& scope, const core::ApiId& api);

/// What the users of an organization may take, over all APIs, by the APIs' ids.
Result<std::vector<HeldRight>> consumer_rights(const ReadTransaction& tx,
                                               const TenantScope& consumer);

/// The same on one API; nullopt if they may take nothing of it.
Result<std::optional<HeldRight>> find_consumer_right(const ReadTransaction& tx,
                                                     const TenantScope& consumer,
                                                     const core::ApiId& api);

}  // namespace claviger::store
