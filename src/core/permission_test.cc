#include "claviger/core/permission.h"

#include <array>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

using enum Permission;

std::vector<Permission> all_permissions() {
  std::vector<Permission> all;
  for (std::uint8_t i = 0; i < kPermissionCount; ++i) all.push_back(static_cast<Permission>(i));
  return all;
}

std::vector<Role> all_roles() {
  std::vector<Role> all;
  for (std::uint8_t i = 0; i < kRoleCount; ++i) all.push_back(static_cast<Role>(i));
  return all;
}

TEST(Permission, TheTwelveHaveTheirNamesExactly) {
  // In the order of the enumeration, and in the spelling that users read.
  constexpr std::array<std::string_view, 12> kNames = {"View applications",
                                                       "Create application",
                                                       "Edit application",
                                                       "Revoke application",
                                                       "View access keys for any application",
                                                       "View access keys for my applications",
                                                       "Create access keys for any application",
                                                       "Create access keys for my application",
                                                       "Edit access keys for any application",
                                                       "Edit access keys for my application",
                                                       "Revoke access keys for any application",
                                                       "Revoke access keys for my applications"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    EXPECT_EQ(to_string(static_cast<Permission>(i)), kNames[i]);
}

TEST(Permission, NoTwoHaveOneName) {
  std::set<std::string_view> names;
  for (const Permission permission : all_permissions())
    EXPECT_TRUE(names.insert(to_string(permission)).second) << to_string(permission);
}

TEST(PermissionSet, IsEmptyByDefault) {
  EXPECT_TRUE(PermissionSet().list().empty());
  for (const Permission permission : all_permissions())
    EXPECT_FALSE(PermissionSet().contains(permission));
}

TEST(PermissionSet, EachPermissionBringsExactlyWhatItIncludes) {
  const std::set<std::pair<Permission, Permission>> includes = {
      {kCreateApplication, kViewApplications},
      {kEditApplication, kViewApplications},
      {kRevokeApplication, kViewApplications},
      {kViewKeysOfAny, kViewKeysOfMine},
      {kCreateKeysForAny, kCreateKeysForMine},
      {kEditKeysOfAny, kEditKeysOfMine},
      {kRevokeKeysOfAny, kRevokeKeysOfMine},
      {kManageAssets, kModifyAssets},
      {kManageUsers, kViewUsers}};
  for (const Permission given : all_permissions()) {
    const PermissionSet set = PermissionSet().with(given);
    for (const Permission asked : all_permissions())
      EXPECT_EQ(set.contains(asked), asked == given || includes.contains({given, asked}))
          << to_string(given) << " and " << to_string(asked);
  }
}

TEST(PermissionSet, AUnionHoldsWhatEitherHolds) {
  for (const Permission a : all_permissions()) {
    for (const Permission b : all_permissions())
      EXPECT_EQ(PermissionSet().with(a) | PermissionSet().with(b), PermissionSet().with(a).with(b));
  }
}

TEST(Role, EveryRoleIsReadBackByItsName) {
  constexpr std::array<std::string_view, kRoleCount> kNames = {
      "Administrator",  "Organization Administrator",
      "Asset Provider", "Asset Consumer",
      "Auditor",        "Billing Manager",
      "Operator"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    EXPECT_EQ(to_string(static_cast<Role>(i)), kNames[i]);
    EXPECT_EQ(parse_role(kNames[i]), static_cast<Role>(i));
  }
  for (const std::string_view name : {"", "administrator", "Administrator ", "Root"})
    EXPECT_FALSE(parse_role(name)) << name;
}

TEST(Role, OnlyTheAdministratorManagesAllOrganizations) {
  for (const Role role : all_roles()) {
    const PermissionSet set = permissions_of(role);
    EXPECT_EQ(set.contains(kManageOrganizations), role == Role::kAdministrator) << to_string(role);
    EXPECT_EQ(set.contains(kManageAssets), role == Role::kAdministrator) << to_string(role);
  }
}

TEST(Role, ApisAreManagedByAdministratorsAndProviders) {
  // Administrator by Manage Assets, the other two by Modify Assets.
  for (const Role role : all_roles())
    EXPECT_EQ(manages_apis(permissions_of(role)), role == Role::kAdministrator ||
                                                      role == Role::kOrganizationAdministrator ||
                                                      role == Role::kAssetProvider)
        << to_string(role);
}

TEST(Role, WhoLooksOnChangesNothing) {
  for (const Role role : {Role::kAuditor, Role::kBillingManager, Role::kOperator}) {
    for (const Permission permission : permissions_of(role).list())
      EXPECT_THAT(std::string(to_string(permission)), testing::StartsWith("View "))
          << to_string(role);
  }
}

TEST(Role, AConsumerActsOnTheOwnThingsAlone) {
  const PermissionSet set = permissions_of(Role::kAssetConsumer);
  for (const Permission permission : {kCreateApplication, kCreateKeysForMine, kRevokeKeysOfMine})
    EXPECT_TRUE(set.contains(permission));
  for (const Permission permission : {kViewKeysOfAny, kCreateKeysForAny, kEditKeysOfAny,
                                      kRevokeKeysOfAny, kModifyAssets, kViewUsers, kManageUsers})
    EXPECT_FALSE(set.contains(permission)) << to_string(permission);
}

TEST(Role, SeveralRolesHoldTheirPermissionsTogetherAndNoneHoldNone) {
  EXPECT_EQ(permissions_of(std::vector<Role>{}), PermissionSet());
  for (const Role a : all_roles()) {
    for (const Role b : all_roles())
      EXPECT_EQ(permissions_of(std::vector{a, b}), permissions_of(a) | permissions_of(b));
  }
}

}  // namespace
}  // namespace claviger::core
