// Organizations in the database. What is deleted looks absent.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Stores an organization below its parent, or as the first one. Errors: kNotFound if the parent
/// lies outside the scope.
Result<core::Version> create_organization(WriteTransaction& tx, const Scope& scope,
                                          const core::Organization& organization);

/// Writes name, limits and status. With the status, all below it stop or start. Errors: kNotFound.
Result<core::Version> update_organization(WriteTransaction& tx, const Scope& scope,
                                          const core::Organization& organization);

/// Errors: kNotFound.
Result<core::Organization> get_organization(const ReadTransaction& tx, const Scope& scope,
                                            const core::OrganizationId& id);

/// Those of any organization. Errors: kNotFound.
Result<core::ActiveLimits> get_active_limits(const ReadTransaction& tx,
                                             const core::OrganizationId& id);

/// For a new row: errors as get_organization(), but of one's own organization nothing is asked.
Result<void> check_organization(const ReadTransaction& tx, const Scope& scope,
                                const core::OrganizationId& id);

/// True if the organization is `top`, or lies below it.
Result<bool> lies_within(const ReadTransaction& tx, const core::OrganizationId& id,
                         const core::OrganizationId& top);

Result<Listed<core::Organization>> list_organizations(const ReadTransaction& tx, const Scope& scope,
                                                      const Page<core::OrganizationId>& page);

/// For the gateways, which are told of deleted ones as well, because keys name them.
Result<Listed<core::Organization>> list_organizations_ever(const ReadTransaction& tx, AllTenants,
                                                           const Page<core::OrganizationId>& page);
Result<core::Organization> get_organization_ever(const ReadTransaction& tx, AllTenants,
                                                 const core::OrganizationId& id);

/// The organization itself and all above it, in no order.
Result<std::vector<core::OrganizationId>> list_ancestors(const ReadTransaction& tx,
                                                         const core::OrganizationId& id);

/// True if there are organizations right below this one.
Result<bool> has_children(const ReadTransaction& tx, const core::OrganizationId& id);

}  // namespace claviger::store
