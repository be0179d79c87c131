#include "claviger/core/role.h"

#include <algorithm>
#include <array>

namespace claviger::core {
namespace {

using enum Permission;

constexpr std::array<std::string_view, 2> kReaches = {"organization", "descendants"};

PermissionSet set_of(std::initializer_list<Permission> permissions) {
  PermissionSet set;
  for (const Permission permission : permissions) set = set.with(permission);
  return set;
}

PermissionSet consumer_permissions() {
  return set_of({kViewApplications, kCreateApplication, kEditApplication, kRevokeApplication,
                 kViewKeysOfMine, kCreateKeysForMine, kEditKeysOfMine, kRevokeKeysOfMine,
                 kRestrictKeysOfMine});
}

PermissionSet organization_administrator_permissions() {
  return consumer_permissions() | set_of({kViewKeysOfAny, kCreateKeysForAny, kEditKeysOfAny,
                                          kRevokeKeysOfAny, kRestrictKeysOfAny, kModifyAssets,
                                          kManageUsers, kManageRoles, kViewGateways, kViewAudit});
}

Role predefined(PredefinedRole role, std::string_view name, std::string_view description,
                PermissionSet permissions) {
  Role made;
  made.id = id_of(role);
  made.name = name;
  made.description = description;
  made.permissions = permissions;
  return made;
}

std::vector<Role> make_predefined_roles() {
  using enum PredefinedRole;
  std::vector<Role> roles = {
      predefined(
          kAdministrator, "Administrator",
          "Everything, in the own organization and in all below it.",
          organization_administrator_permissions() | set_of({kManageAssets, kManageOrganizations})),
      predefined(kOrganizationAdministrator, "Organization Administrator",
                 "Users, roles, APIs, applications and keys of one organization.",
                 organization_administrator_permissions()),
      predefined(kAssetProvider, "Asset Provider", "APIs of one organization, and own keys.",
                 consumer_permissions() | set_of({kModifyAssets, kViewGateways})),
      predefined(kAssetConsumer, "Asset Consumer", "Own applications and keys.",
                 consumer_permissions()),
      predefined(
          kAuditor, "Auditor", "Sees everything of one organization, and changes nothing.",
          set_of({kViewApplications, kViewKeysOfAny, kViewUsers, kViewGateways, kViewAudit})),
      predefined(kBillingManager, "Billing Manager", "Sees what is charged for.",
                 set_of({kViewApplications, kViewKeysOfAny})),
      predefined(kOperator, "Operator", "Sees the gateways.", set_of({kViewGateways})),
  };
  roles.front().reach = RoleReach::kDescendants;
  return roles;
}

template <class Matches>
const Role* find_predefined(Matches matches) {
  const std::vector<Role>& roles = predefined_roles();
  const auto found = std::find_if(roles.begin(), roles.end(), matches);
  return found == roles.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(RoleReach reach) {
  return kReaches[static_cast<std::size_t>(reach)];
}

std::optional<RoleReach> parse_role_reach(std::string_view text) {
  for (std::size_t i = 0; i < kReaches.size(); ++i) {
    if (kReaches[i] == text) return static_cast<RoleReach>(i);
  }
  return std::nullopt;
}

/// The nil UUID with a number in its last byte: make() never gives such a one.
RoleId id_of(PredefinedRole role) {
  Uuid uuid;
  uuid.bytes.back() = static_cast<std::byte>(static_cast<std::uint8_t>(role) + 1);
  return RoleId(uuid);
}

const std::vector<Role>& predefined_roles() {
  static const std::vector<Role> roles = make_predefined_roles();
  return roles;
}

const Role* find_predefined_role(const RoleId& id) {
  return find_predefined([&](const Role& role) { return role.id == id; });
}

const Role* find_predefined_role(std::string_view name) {
  return find_predefined([&](const Role& role) { return role.name == name; });
}

HeldPermissions permissions_of(std::span<const Role> roles) {
  HeldPermissions held;
  for (const Role& role : roles) {
    held.here = held.here | role.permissions;
    if (role.reach == RoleReach::kDescendants) held.below = held.below | role.permissions;
  }
  return held;
}

}  // namespace claviger::core
