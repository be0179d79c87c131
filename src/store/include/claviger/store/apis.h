// APIs and their endpoints in the database.
//
// The numbers of APIs, endpoints and scopes stand in compiled grants, at gateways and in the rows
// of keys. Each is given once: an endpoint or scope that disappears keeps its number, and has it
// again when it comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// How many endpoints an API can have over its life. Those that are gone count: a number is never
/// given to another.
inline constexpr std::uint32_t kMaxEndpointsOverLife = 20'000;

/// Stores a new API and gives it and its endpoints their numbers; what `api.number` and the
/// endpoints' numbers hold is not looked at. Returns the API as stored. Errors: kConflict if the
/// name is taken; kNotFound if the organization lies outside the scope; kInvalidInput if two
/// endpoints match the same calls (GET stands for HEAD as well), if the API cannot be encoded for
/// the gateways for another reason, or if it has more than kMaxEndpointsOverLife endpoints.
Result<core::Api> create_api(WriteTransaction& tx, const Scope& scope, const core::Api& api);

/// Makes the API as given (all but id, number, name, organization and time of creation). An
/// endpoint is recognised by its method and the shape of its path, whatever its parameters are
/// called: it keeps its id and number. Scopes keep their numbers, new names go behind them; a scope
/// that is not named any more stays, unused. Returns the API as stored. Errors: kNotFound,
/// kInvalidInput, also where new endpoints would be more than kMaxEndpointsOverLife.
Result<core::Api> update_api(WriteTransaction& tx, const Scope& scope, const core::Api& api);

/// Writes what is set of an API besides its document: where credentials are read, preflight,
/// staleness and expiry; nothing else of `api` but its id and organization is looked at. Errors:
/// kNotFound.
Result<core::Version> update_api_settings(WriteTransaction& tx, const Scope& scope,
                                          const core::Api& api);

/// With the endpoints that are there now. Errors: kNotFound.
Result<core::Api> get_api(const ReadTransaction& tx, const Scope& scope, const core::ApiId& id);

/// Consumers look beyond their own organization: with AllTenants, for what consumer_rights() names.
Result<std::optional<core::Api>> find_api_by_name(const ReadTransaction& tx, const Scope& scope,
                                                  std::string_view name);

/// How long keys on the API of this name work; without bounds if there is none.
Result<core::ExpiryRule> find_expiry_rule(const ReadTransaction& tx, const Scope& scope,
                                          std::string_view name);

/// Whole, with all their endpoints: for the gateways.
Result<Listed<core::Api>> list_apis(const ReadTransaction& tx, const Scope& scope,
                                    const Page<core::ApiId>& page);

/// An API in a list. Its endpoints, which may be thousands, are counted only.
struct ApiSummary {
  core::Api api;  ///< without endpoints
  std::size_t endpoint_count = 0;
};

Result<Listed<ApiSummary>> list_api_summaries(const ReadTransaction& tx, const Scope& scope,
                                              const Page<core::ApiId>& page);

/// The APIs that an organization may consume, whosever they are.
Result<Listed<ApiSummary>> list_consumable_apis(const ReadTransaction& tx,
                                                const TenantScope& consumer,
                                                const Page<core::ApiId>& page);

}  // namespace claviger::store
