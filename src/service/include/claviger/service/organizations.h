// Organizations: the tree of tenants.
#pragma once

#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// What becomes of the limits; nullopt leaves one as it is, and the inner nullopt is unlimited.
struct ActiveLimitsChange {
  std::optional<std::optional<int>> applications_per_user;
  std::optional<std::optional<int>> keys_per_application;
};

struct NewOrganization {
  std::string name;
  std::optional<core::OrganizationId> parent;  ///< the caller's own if absent
  ActiveLimitsChange limits;                   ///< of those that the operator set
};

/// nullopt leaves it as it is.
struct OrganizationChange {
  std::optional<std::string> name;
  ActiveLimitsChange limits;
};

/// Needs "Manage organizations". Errors: kNotFound for a parent that the permission does not reach;
/// kLimitReached if it lies too deep; kInvalidInput for limits wider than the own ones.
Result<core::Organization> create_organization(Context& context, const Caller& caller,
                                               const NewOrganization& wanted);

/// The caller's own organization, and those below it for who manages them. Errors: kNotFound.
Result<core::Organization> get_organization(Context& context, const Caller& caller,
                                            core::OrganizationId id);
Result<Listed<core::Organization>> list_organizations(Context& context, const Caller& caller,
                                                      const Page<core::OrganizationId>& page);

/// A lower limit ends nothing: it holds for what is made or enabled from then on. Needs "Manage
/// organizations". Errors: kNotFound; kPermissionDenied for limits of the caller's own, unless it
/// is the first one; kInvalidInput for limits wider than the own ones.
Result<Changed<core::Organization>> edit_organization(Context& context, const Caller& caller,
                                                      core::OrganizationId id,
                                                      const OrganizationChange& change);

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
