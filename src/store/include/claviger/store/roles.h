// Roles in the database: those that organizations made. The predefined ones are found beside them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/role.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// A role as it is stored; `rights` are `role.rights` compiled.
struct CompiledRole {
  core::Role role;
  std::vector<core::Grant> rights;
};

/// Errors: kConflict if the organization has a role of that name; kNotFound if the organization
/// lies outside the scope.
Result<core::Version> create_role(WriteTransaction& tx, const Scope& scope,
                                  const CompiledRole& made);

/// Writes all but id, organization and time of creation. Enters every user who has the role into
/// the change log, if `reach` or what the role manages changes. Errors: kNotFound, kConflict.
Result<core::Version> update_role(WriteTransaction& tx, const Scope& scope,
                                  const CompiledRole& changed);

/// Errors: kNotFound; kConflict while a user has it.
Result<core::Version> delete_role(WriteTransaction& tx, const Scope& scope, const core::RoleId& id);

/// Predefined ones, too. Errors: kNotFound.
Result<core::Role> get_role(const ReadTransaction& tx, const Scope& scope, const core::RoleId& id);

/// The organization's own role of that id, or of that name.
Result<std::optional<core::Role>> find_role(const ReadTransaction& tx,
                                            const core::OrganizationId& organization,
                                            const core::RoleId& id);
Result<std::optional<core::Role>> find_role(const ReadTransaction& tx,
                                            const core::OrganizationId& organization,
                                            std::string_view name);

/// Without the predefined ones.
Result<Listed<core::Role>> list_roles(const ReadTransaction& tx, const Scope& scope,
                                      const Page<core::RoleId>& page);

/// Those of a user, whosever they are. Errors: kInternal for one that is not there.
Result<std::vector<core::Role>> load_roles(const ReadTransaction& tx,
                                           const std::vector<core::RoleId>& ids);

/// What the roles give on one API by their rights.
Result<std::vector<core::Grant>> role_rights(const ReadTransaction& tx,
                                             const std::vector<core::RoleId>& ids,
                                             core::ApiNumber api);

/// An organization besides the role's own of which a user has it.
Result<std::optional<core::OrganizationId>> organization_given(const ReadTransaction& tx,
                                                               const core::Role& role);

/// How many users have it, deleted ones left out.
Result<std::int64_t> count_users_of(const ReadTransaction& tx, const core::RoleId& id);

}  // namespace claviger::store
