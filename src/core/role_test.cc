#include "claviger/core/role.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

using enum Permission;

PermissionSet held(PredefinedRole role) {
  return find_predefined_role(id_of(role))->permissions;
}

TEST(Role, APredefinedOneIsFoundByItsIdAndByItsName) {
  ASSERT_EQ(predefined_roles().size(), kPredefinedRoleCount);
  std::set<RoleId> ids;
  for (const Role& role : predefined_roles()) {
    EXPECT_TRUE(ids.insert(role.id).second) << role.name;
    EXPECT_EQ(find_predefined_role(role.id), &role);
    EXPECT_EQ(find_predefined_role(role.name), &role);
    EXPECT_FALSE(role.organization);
  }
  EXPECT_EQ(find_predefined_role("Administrator"),
            find_predefined_role(id_of(PredefinedRole::kAdministrator)));
  EXPECT_EQ(find_predefined_role("Operator"),
            find_predefined_role(id_of(PredefinedRole::kOperator)));
  for (const char* name : {"", "administrator", "Administrator ", "Root"})
    EXPECT_EQ(find_predefined_role(std::string_view(name)), nullptr) << name;
  EXPECT_EQ(find_predefined_role(RoleId()), nullptr);
}

TEST(Role, OnlyTheAdministratorReachesBeyondTheOwnOrganization) {
  for (const Role& role : predefined_roles()) {
    const bool is_administrator = role.id == id_of(PredefinedRole::kAdministrator);
    EXPECT_EQ(role.permissions.contains(kManageOrganizations), is_administrator) << role.name;
    EXPECT_EQ(role.permissions.contains(kManageAssets), is_administrator) << role.name;
    EXPECT_EQ(role.reach == RoleReach::kDescendants, is_administrator) << role.name;
  }
}

TEST(Role, TheAdministratorHoldsEveryPermission) {
  EXPECT_EQ(held(PredefinedRole::kAdministrator), PermissionSet::all());
}

TEST(Role, ApisAreManagedByAdministratorsAndProviders) {
  // Administrator by Manage Assets, the other two by Modify Assets.
  const std::set<RoleId> managing = {id_of(PredefinedRole::kAdministrator),
                                     id_of(PredefinedRole::kOrganizationAdministrator),
                                     id_of(PredefinedRole::kAssetProvider)};
  for (const Role& role : predefined_roles())
    EXPECT_EQ(manages_apis(role.permissions), managing.contains(role.id)) << role.name;
}

TEST(Role, WhoLooksOnChangesNothing) {
  for (const PredefinedRole role :
       {PredefinedRole::kAuditor, PredefinedRole::kBillingManager, PredefinedRole::kOperator}) {
    for (const Permission permission : held(role).list())
      EXPECT_THAT(std::string(to_string(permission)), testing::StartsWith("View "));
  }
}

TEST(Role, AConsumerActsOnTheOwnThingsAlone) {
  const PermissionSet set = held(PredefinedRole::kAssetConsumer);
  for (const Permission permission : {kCreateApplication, kCreateKeysForMine, kRevokeKeysOfMine})
    EXPECT_TRUE(set.contains(permission));
  for (const Permission permission : {kViewKeysOfAny, kCreateKeysForAny, kEditKeysOfAny,
                                      kRevokeKeysOfAny, kModifyAssets, kViewUsers, kManageUsers})
    EXPECT_FALSE(set.contains(permission)) << to_string(permission);
}

TEST(Role, SeveralRolesHoldTheirPermissionsTogetherAndNoneHoldNone) {
  EXPECT_EQ(permissions_of({}), HeldPermissions());
  for (const Role& a : predefined_roles()) {
    for (const Role& b : predefined_roles())
      EXPECT_EQ(permissions_of(std::vector{a, b}).here, a.permissions | b.permissions);
  }
}

TEST(Role, WhatARoleGivesBelowIsGivenByThatRoleAlone) {
  Role below;
  below.permissions = PermissionSet().with(kViewUsers);
  below.reach = RoleReach::kDescendants;
  Role here;
  here.permissions = PermissionSet().with(kViewGateways);
  const HeldPermissions both = permissions_of(std::vector{below, here});
  EXPECT_EQ(both.below, below.permissions);
  EXPECT_EQ(both.here, below.permissions | here.permissions);
}

TEST(Role, ItsReachIsReadBackByItsWord) {
  for (const RoleReach reach : {RoleReach::kOwnOrganization, RoleReach::kDescendants})
    EXPECT_EQ(parse_role_reach(to_string(reach)), reach);
  EXPECT_FALSE(parse_role_reach("all"));
}

}  // namespace
}  // namespace claviger::core
