// Roles: the predefined ones, and those that organizations make.
#pragma once

#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/role.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

struct NewRole {
  std::string name;
  std::string description;
  core::PermissionSet permissions;
  core::RoleReach reach = core::RoleReach::kOwnOrganization;
  std::vector<core::NamedGrant> rights;
  std::optional<core::OrganizationId> organization;  ///< the caller's own if absent
};

/// Needs "Manage roles". Errors: kPermissionDenied for a permission that the caller does not hold;
/// kInvalidInput for rights on an API that the caller does not manage, for names that it does not
/// have, and for the name of a predefined role; kConflict if the name is taken.
Result<core::Role> create_role(Context& context, const Caller& caller, const NewRole& wanted);

/// Needs "View users". Errors: kNotFound.
Result<core::Role> get_role(Context& context, const Caller& caller, core::RoleId id);

/// The predefined ones, which do not stand in the pages.
[[nodiscard]] const std::vector<core::Role>& predefined_roles();

/// Those that organizations made.
Result<Listed<core::Role>> list_roles(Context& context, const Caller& caller,
                                      const Page<core::RoleId>& page);

struct RoleChange {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<core::PermissionSet> permissions;
  std::optional<core::RoleReach> reach;
  std::optional<std::vector<core::NamedGrant>> rights;
};

/// Needs "Manage roles", and no less than what the role holds. What it loses is lost by its users
/// and their keys at once; sessions of its users end. Errors: as create_role(); kNotFound;
/// kConflict for a predefined role.
Result<Changed<core::Role>> update_role(Context& context, const Caller& caller, core::RoleId id,
                                        const RoleChange& change);

/// Errors: kNotFound; kConflict while a user has it, and for a predefined role.
Result<void> delete_role(Context& context, const Caller& caller, core::RoleId id);

}  // namespace claviger::service
