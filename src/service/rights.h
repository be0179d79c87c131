// What a user may grant: the rights held now, compiled. Private to the service module.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/core/user.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// An API as one user sees it, with every right that the user holds on it.
struct ApiWithRights {
  core::Api api;
  std::vector<core::Grant> rights;
  bool manages = false;  ///< the user manages it, and so holds every right on it
};

/// True if the user manages the APIs of this organization.
Result<bool> manages_apis_of(const store::ReadTransaction& tx, const core::Principal& principal,
                             core::OrganizationId organization);

/// nullopt if there is no such API, or the user neither manages nor may consume it: the two look
/// alike.
Result<std::optional<ApiWithRights>> find_api(const store::ReadTransaction& tx,
                                              const core::Principal& principal,
                                              std::string_view name);

/// The same by id. Errors: kNotFound.
Result<ApiWithRights> get_api_with_rights(const store::ReadTransaction& tx,
                                          const core::Principal& principal, core::ApiId id);

}  // namespace claviger::service
