// Roles by the names that people give. Private to the service module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/role.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// The role of that id or name, if the caller's organization can have it: a predefined one or one
/// of its own; by its id also one of those that lie below. Errors: kInvalidInput, pointer /roles,
/// for a name; kNotFound for an id.
Result<core::Role> find_role(const store::ReadTransaction& tx, const Caller& caller,
                             std::string_view name);

/// The roles of these ids or names that the caller can give to a user of the organization: the
/// predefined ones, and those from there up to the caller's own organization, the nearest first.
/// What lies above the caller looks absent, but for `held`, which the user has. Each role stands
/// once. Errors: kInvalidInput naming every one that is not there.
Result<std::vector<core::Role>> find_roles(const store::ReadTransaction& tx, const Caller& caller,
                                           core::OrganizationId organization,
                                           const std::vector<core::Role>& held,
                                           const std::vector<std::string>& names);

[[nodiscard]] std::vector<core::RoleId> ids_of(const std::vector<core::Role>& roles);

}  // namespace claviger::service
