#include "claviger/service/access.h"

#include "rights.h"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

using core::Permission;

constexpr std::size_t kMostNamed = 3;

/// The addresses of people in the organization who may give the permission: who gives it holds it.
Result<std::vector<std::string>> who_gives(const store::ReadTransaction& tx,
                                           const core::OrganizationId& organization,
                                           Permission permission) {
  std::vector<std::string> addresses;
  for (const core::PredefinedRole role :
       {core::PredefinedRole::kOrganizationAdministrator, core::PredefinedRole::kAdministrator}) {
    if (!core::find_predefined_role(id_of(role))->permissions.contains(permission)) continue;
    const auto users = TRY(store::list_users(
        tx, store::TenantScope{organization},
        {.status = core::AccountStatus::kEnabled, .role = id_of(role), .email = std::nullopt},
        {.limit = static_cast<int>(kMostNamed), .after = std::nullopt}));
    for (const core::User& user : users.items) addresses.push_back(user.email);
  }
  if (addresses.size() > kMostNamed) addresses.resize(kMostNamed);
  return addresses;
}

/// `what` names the permission, and others that would do.
Error lacks_what(const store::ReadTransaction& tx, const core::Principal& principal,
                 Permission permission, std::string_view what) {
  // A key is told nobody's address: whatever its maker holds, it is another key that it takes.
  if (principal.key)
    return Error::refused(
        ErrorCode::kPermissionDenied,
        fmt::format("This key does not act with the permission {}: it was made without the scope, "
                    "or its maker does not hold it any more. Scopes never change: take a key that "
                    "was made with it.",
                    what));
  // The refusal stands, whether or not somebody can be named.
  const auto addresses =
      who_gives(tx, principal.organization, permission).value_or(std::vector<std::string>());
  const std::string who =
      !addresses.empty()
          ? fmt::format("An administrator can grant it: {}.", fmt::join(addresses, ", "))
          : "An administrator of your organization, or of one above it, can grant it.";
  return Error::refused(ErrorCode::kPermissionDenied,
                        fmt::format("You lack the permission {}. {}", what, who));
}

Error holds_more(const core::Role& role, std::string_view what) {
  return Error::refused(
      ErrorCode::kPermissionDenied,
      fmt::format("The role \"{}\" holds {}, which you do not hold yourself.", role.name, what));
}

Result<void> require_own_permissions(const core::Principal& principal, const core::Role& role,
                                     const core::OrganizationId& where) {
  for (const Permission permission : role.permissions.list()) {
    if (!principal.holds(permission, where))
      return fail(holds_more(role, fmt::format("\"{}\"", core::to_string(permission))));
    if (role.reach == core::RoleReach::kDescendants &&
        !principal.permissions_below.contains(permission))
      return fail(holds_more(role, fmt::format("\"{}\" in the organizations below as well",
                                               core::to_string(permission))));
  }
  return {};
}

Result<void> require_own_rights(const store::ReadTransaction& tx, const core::Principal& principal,
                                const core::Role& role) {
  // A key's own grants may reach less far than its maker's rights.
  if (principal.key && !role.rights.empty()) return fail(holds_more(role, "rights on APIs"));
  for (const core::NamedGrant& right : role.rights) {
    const auto found = TRY(find_api(tx, principal, right.api));
    if (!found) return fail(holds_more(role, fmt::format("rights on \"{}\"", right.api)));
    if (found->manages) continue;
    const auto grant = core::compile_grant(right, found->api, {}, "");
    // A name that the API has lost gives nothing, until the API has it again.
    if (!grant)
      return fail(holds_more(
          role, fmt::format("rights on \"{}\" whose names the API no longer has", right.api)));
    const auto excess = core::excess_of(*grant, found->rights, found->api, "");
    if (!excess.empty())
      return fail(holds_more(role, fmt::format("rights on \"{}\" beyond yours", right.api)));
  }
  return {};
}

}  // namespace

Result<void> require_seen(const Caller& caller, core::Version present) {
  if (!caller.seen || *caller.seen == present) return {};
  return fail(Error::refused(ErrorCode::kPreconditionFailed,
                             "This was changed since you have read it (If-Match names another "
                             "version). Read it again, and decide anew."));
}

Error lacks(const store::ReadTransaction& tx, const core::Principal& principal,
            Permission permission) {
  return lacks_what(tx, principal, permission, fmt::format("\"{}\"", core::to_string(permission)));
}

Result<void> require(const store::ReadTransaction& tx, const core::Principal& principal,
                     Permission permission) {
  if (!principal.permissions.contains(permission)) return fail(lacks(tx, principal, permission));
  return {};
}

Error lacks_for(Context& context, const core::Principal& principal, Permission own,
                std::optional<Permission> others) {
  std::string what = fmt::format("\"{}\"", core::to_string(own));
  if (others && *others != own)
    what += fmt::format(", or \"{}\" for what is not yours", core::to_string(*others));
  const Result<void> refused =
      context.database.read([&](store::ReadTransaction& tx) -> Result<void> {
        return fail(lacks_what(tx, principal, own, what));
      });
  return refused.error();
}

store::Scope scope_of(const core::Principal& principal, Permission permission) {
  if (!principal.permissions_below.contains(permission)) return store::TenantScope::of(principal);
  if (principal.is_of_first_organization) return store::AllTenants{};
  return store::TreeScope{principal.organization};
}

store::Scope asset_scope(const core::Principal& principal) {
  return scope_of(principal, Permission::kManageAssets);
}

Result<core::Principal> principal_of(const store::ReadTransaction& tx, const core::User& user) {
  const core::HeldPermissions held = core::permissions_of(TRY(store::load_roles(tx, user.roles)));
  // Whoever it is says which organization, so the look-up is over all of them.
  const core::Organization organization =
      TRY(store::get_organization(tx, store::AllTenants{}, user.organization));
  core::Principal principal;
  principal.user = user.id;
  principal.organization = user.organization;
  principal.permissions = held.here;
  principal.permissions_below = held.below;
  principal.roles = user.roles;
  principal.is_of_first_organization = !organization.parent;
  principal.classes = core::ServiceClasses::all();
  return principal;
}

Result<void> require_no_more_permissions_than_own(const core::Principal& principal,
                                                  const std::vector<core::Role>& roles,
                                                  const core::OrganizationId& where) {
  for (const core::Role& role : roles) TRY(require_own_permissions(principal, role, where));
  return {};
}

Result<void> require_no_more_than_own(const store::ReadTransaction& tx,
                                      const core::Principal& principal,
                                      const std::vector<core::Role>& roles,
                                      const core::OrganizationId& where) {
  TRY(require_no_more_permissions_than_own(principal, roles, where));
  for (const core::Role& role : roles) TRY(require_own_rights(tx, principal, role));
  return {};
}

}  // namespace claviger::service
