// Organizations: the tree of tenants.
#pragma once

#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

struct NewOrganization {
  std::string name;
  std::optional<core::OrganizationId> parent;  ///< the caller's own if absent
};

/// Needs "Manage organizations". Errors: kNotFound for a parent that the permission does not reach.
Result<core::Organization> create_organization(Context& context, const Caller& caller,
                                               const NewOrganization& wanted);

/// The caller's own organization, and those below it for who manages them. Errors: kNotFound.
Result<core::Organization> get_organization(Context& context, const Caller& caller,
                                            core::OrganizationId id);
Result<Listed<core::Organization>> list_organizations(Context& context, const Caller& caller,
                                                      const Page<core::OrganizationId>& page);

/// Needs "Manage organizations". Errors: kNotFound.
Result<Changed<core::Organization>> rename_organization(Context& context, const Caller& caller,
                                                        core::OrganizationId id,
                                                        const std::string& name);

/// All its keys stop, and its users cannot sign in, until it is enabled again. Needs "Manage
/// organizations". Errors: kNotFound; kConflict for the caller's own, and if it is so already.
Result<Changed<core::Organization>> disable_organization(Context& context, const Caller& caller,
                                                         core::OrganizationId id);
Result<Changed<core::Organization>> enable_organization(Context& context, const Caller& caller,
                                                        core::OrganizationId id);

/// The same for ever, with its users, applications and keys. Errors: also kConflict while there are
/// organizations below it.
Result<Changed<core::Organization>> delete_organization(Context& context, const Caller& caller,
                                                        core::OrganizationId id);

}  // namespace claviger::service
