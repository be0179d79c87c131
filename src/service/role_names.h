// Roles by the names that people give. Private to the service module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/role.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// The role of that id or name that users of the organization can have: a predefined one, or one of
/// the organization or of those above it. Errors: kInvalidInput, pointer /roles.
Result<core::Role> find_role(const store::ReadTransaction& tx, core::OrganizationId organization,
                             std::string_view name);

/// Each once. Errors: kInvalidInput naming every one that is not there.
Result<std::vector<core::Role>> find_roles(const store::ReadTransaction& tx,
                                           core::OrganizationId organization,
                                           const std::vector<std::string>& names);

[[nodiscard]] std::vector<core::RoleId> ids_of(const std::vector<core::Role>& roles);

}  // namespace claviger::service
