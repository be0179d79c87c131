// Organizations in the database.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Errors: kConflict if the parent is not there.
Result<core::Version> create_organization(WriteTransaction& tx, AllTenants,
                                          const core::Organization& organization);

/// Writes name and standing. Errors: kNotFound.
Result<core::Version> update_organization(WriteTransaction& tx, const Scope& scope,
                                          const core::Organization& organization);

/// Errors: kNotFound.
Result<core::Organization> get_organization(const ReadTransaction& tx, const Scope& scope,
                                            const core::OrganizationId& id);

Result<Listed<core::Organization>> list_organizations(const ReadTransaction& tx, const Scope& scope,
                                                      const Page<core::OrganizationId>& page);

}  // namespace claviger::store
