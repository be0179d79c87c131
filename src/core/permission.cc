#include "claviger/core/permission.h"

#include <array>

namespace claviger::core {
namespace {

struct PermissionText {
  Permission permission;
  std::string_view name;
  std::string_view scope;
  std::optional<Permission> includes;
};

using enum Permission;

constexpr std::array<PermissionText, kPermissionCount> kPermissions = {{
    {kViewApplications, "View applications", "applications:view", std::nullopt},
    {kCreateApplication, "Create application", "applications:create", kViewApplications},
    {kEditApplication, "Edit application", "applications:edit", kViewApplications},
    {kRevokeApplication, "Revoke application", "applications:revoke", kViewApplications},
    {kViewKeysOfAny, "View access keys for any application", "any-keys:view", kViewKeysOfMine},
    {kViewKeysOfMine, "View access keys for my applications", "my-keys:view", std::nullopt},
    {kCreateKeysForAny, "Create access keys for any application", "any-keys:create",
     kCreateKeysForMine},
    {kCreateKeysForMine, "Create access keys for my application", "my-keys:create", std::nullopt},
    {kEditKeysOfAny, "Edit access keys for any application", "any-keys:edit", kEditKeysOfMine},
    {kEditKeysOfMine, "Edit access keys for my application", "my-keys:edit", std::nullopt},
    {kRevokeKeysOfAny, "Revoke access keys for any application", "any-keys:revoke",
     kRevokeKeysOfMine},
    {kRevokeKeysOfMine, "Revoke access keys for my applications", "my-keys:revoke", std::nullopt},
    {kRestrictKeysOfAny, "Restrict access keys for any application", "any-keys:restrict",
     kRestrictKeysOfMine},
    {kRestrictKeysOfMine, "Restrict access keys for my applications", "my-keys:restrict",
     std::nullopt},
    {kManageAssets, "Manage Assets", "assets:manage", kModifyAssets},
    {kModifyAssets, "Modify Assets", "assets:modify", std::nullopt},
    {kViewUsers, "View users", "users:view", std::nullopt},
    {kManageUsers, "Manage users", "users:manage", kViewUsers},
    {kManageRoles, "Manage roles", "roles:manage", kViewUsers},
    {kManageOrganizations, "Manage organizations", "organizations:manage", std::nullopt},
    {kViewGateways, "View gateways", "gateways:view", std::nullopt},
    {kViewAudit, "View audit", "audit:view", std::nullopt},
}};

constexpr bool permissions_are_in_order() {
  for (std::size_t i = 0; i < kPermissions.size(); ++i) {
    if (static_cast<std::size_t>(kPermissions[i].permission) != i) return false;
  }
  return true;
}

static_assert(permissions_are_in_order(), "one text per permission, in the enumeration's order");

}  // namespace

std::string_view to_string(Permission permission) {
  return kPermissions[static_cast<std::size_t>(permission)].name;
}

std::string_view scope_of(Permission permission) {
  return kPermissions[static_cast<std::size_t>(permission)].scope;
}

std::optional<Permission> parse_permission(std::string_view text) {
  for (const PermissionText& known : kPermissions) {
    if (known.name == text || known.scope == text) return known.permission;
  }
  return std::nullopt;
}

PermissionSet PermissionSet::all() {
  PermissionSet set;
  for (const PermissionText& known : kPermissions) set = set.with(known.permission);
  return set;
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

bool manages_apis(PermissionSet permissions) {
  return permissions.contains(kModifyAssets);
}

}  // namespace claviger::core
