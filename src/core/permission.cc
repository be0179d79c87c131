#include "claviger/core/permission.h"

#include <array>

namespace claviger::core {
namespace {

struct PermissionText {
  Permission permission;
  std::string_view name;
  std::optional<Permission> includes;
};

using enum Permission;

constexpr std::array<PermissionText, kPermissionCount> kPermissions = {{
    {kViewApplications, "View applications", std::nullopt},
    {kCreateApplication, "Create application", kViewApplications},
    {kEditApplication, "Edit application", kViewApplications},
    {kRevokeApplication, "Revoke application", kViewApplications},
    {kViewKeysOfAny, "View access keys for any application", kViewKeysOfMine},
    {kViewKeysOfMine, "View access keys for my applications", std::nullopt},
    {kCreateKeysForAny, "Create access keys for any application", kCreateKeysForMine},
    {kCreateKeysForMine, "Create access keys for my application", std::nullopt},
    {kEditKeysOfAny, "Edit access keys for any application", kEditKeysOfMine},
    {kEditKeysOfMine, "Edit access keys for my application", std::nullopt},
    {kRevokeKeysOfAny, "Revoke access keys for any application", kRevokeKeysOfMine},
    {kRevokeKeysOfMine, "Revoke access keys for my applications", std::nullopt},
    {kManageAssets, "Manage Assets", kModifyAssets},
    {kModifyAssets, "Modify Assets", std::nullopt},
    {kViewUsers, "View users", std::nullopt},
    {kManageUsers, "Manage users", kViewUsers},
    {kManageOrganizations, "Manage organizations", std::nullopt},
    {kViewGateways, "View gateways", std::nullopt},
}};

constexpr bool permissions_are_in_order() {
  for (std::size_t i = 0; i < kPermissions.size(); ++i) {
    if (static_cast<std::size_t>(kPermissions[i].permission) != i) return false;
  }
  return true;
}

static_assert(permissions_are_in_order(), "one text per permission, in the enumeration's order");

constexpr std::array<std::string_view, kRoleCount> kRoleNames = {
    "Administrator",  "Organization Administrator",
    "Asset Provider", "Asset Consumer",
    "Auditor",        "Billing Manager",
    "Operator"};

PermissionSet set_of(std::initializer_list<Permission> permissions) {
  PermissionSet set;
  for (const Permission permission : permissions) set = set.with(permission);
  return set;
}

PermissionSet consumer_permissions() {
  return set_of({kViewApplications, kCreateApplication, kEditApplication, kRevokeApplication,
                 kViewKeysOfMine, kCreateKeysForMine, kEditKeysOfMine, kRevokeKeysOfMine});
}

PermissionSet organization_administrator_permissions() {
  return consumer_permissions() |
         set_of({kViewKeysOfAny, kCreateKeysForAny, kEditKeysOfAny, kRevokeKeysOfAny, kModifyAssets,
                 kManageUsers, kViewGateways});
}

}  // namespace

std::string_view to_string(Permission permission) {
  return kPermissions[static_cast<std::size_t>(permission)].name;
}

PermissionSet PermissionSet::with(Permission permission) const {
  PermissionSet set = *this;
  set.bits_ |= std::uint64_t{1} << static_cast<unsigned>(permission);
  const auto includes = kPermissions[static_cast<std::size_t>(permission)].includes;
  return includes ? set.with(*includes) : set;
}

std::vector<Permission> PermissionSet::list() const {
  std::vector<Permission> permissions;
  for (const PermissionText& text : kPermissions) {
    if (contains(text.permission)) permissions.push_back(text.permission);
  }
  return permissions;
}

std::string_view to_string(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

PermissionSet permissions_of(Role role) {
  switch (role) {
    case Role::kAdministrator:
      return organization_administrator_permissions() |
             set_of({kManageAssets, kManageOrganizations});
    case Role::kOrganizationAdministrator:
      return organization_administrator_permissions();
    case Role::kAssetProvider:
      return consumer_permissions() | set_of({kModifyAssets, kViewGateways});
    case Role::kAssetConsumer:
      return consumer_permissions();
    case Role::kAuditor:
      return set_of({kViewApplications, kViewKeysOfAny, kViewUsers, kViewGateways});
    case Role::kBillingManager:
      return set_of({kViewApplications, kViewKeysOfAny});
    case Role::kOperator:
      return set_of({kViewGateways});
  }
  return {};
}

PermissionSet permissions_of(const std::vector<Role>& roles) {
  PermissionSet set;
  for (const Role role : roles) set = set | permissions_of(role);
  return set;
}

bool manages_apis(PermissionSet permissions) {
  return permissions.contains(kModifyAssets);
}

}  // namespace claviger::core
