// Users with the organizations that they belong to, as the contracts of other systems show them.
#pragma once

#include <cstdint>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/service/context.h"
#include "claviger/service/users.h"

namespace claviger::service {

/// What an organization is to the others, by where it stands in the tree.
enum class OrganizationKind : std::uint8_t {
  kProvider,  ///< the first one
  kReseller,  ///< there are organizations below it
  kCompany,
};

struct AccountView {
  UserView user;
  core::Organization organization;
  OrganizationKind kind = OrganizationKind::kCompany;
};

/// Most accounts that one list holds. Its filters and orders are the caller's to apply.
inline constexpr std::size_t kMostAccounts = 10'000;

/// Needs "View users". Errors: kLimitReached if there are more than kMostAccounts.
Result<std::vector<AccountView>> list_accounts(Context& context, const Caller& caller);

/// The caller's own. Errors: kSignInRequired if it is gone.
Result<AccountView> my_account(Context& context, const Caller& caller);

/// The organization that the installation began with.
Result<core::Organization> first_organization(Context& context);

}  // namespace claviger::service
