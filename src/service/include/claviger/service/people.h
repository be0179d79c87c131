// Organizations and users.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/organization.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

struct NewOrganization {
  std::string name;
  std::optional<core::OrganizationId> parent;
};

/// Needs "Manage organizations".
Result<core::Organization> create_organization(Context& context, const Caller& caller,
                                               const NewOrganization& wanted);

/// The caller's own organization; all of them for who may manage organizations.
Result<Listed<core::Organization>> list_organizations(Context& context, const Caller& caller,
                                                      const Page<core::OrganizationId>& page);

struct NewUser {
  std::string email;
  std::string name;
  Secret password;
  std::vector<core::Role> roles;
  std::optional<core::OrganizationId> organization;  ///< the caller's own if absent
};

/// Needs "Manage users", and "Manage organizations" for another organization than the caller's own.
/// Errors: kPermissionDenied also for a role that holds more than the caller does; kConflict if the
/// address is taken.
Result<core::User> create_user(Context& context, const Caller& caller, NewUser wanted);

/// Needs "View users".
Result<Listed<core::User>> list_users(Context& context, const Caller& caller,
                                      const Page<core::UserId>& page);

/// The caller's own user. Errors: kSignInRequired if it is gone.
Result<core::User> get_me(Context& context, const Caller& caller);

}  // namespace claviger::service
