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
      {kRestrictKeysOfAny, kRestrictKeysOfMine},
      {kManageAssets, kModifyAssets},
      {kManageUsers, kViewUsers},
      {kManageRoles, kViewUsers}};
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

TEST(Permission, IsReadBackByItsNameAndByItsScope) {
  std::set<std::string_view> scopes;
  for (const Permission permission : all_permissions()) {
    EXPECT_EQ(parse_permission(to_string(permission)), permission);
    EXPECT_EQ(parse_permission(scope_of(permission)), permission);
    EXPECT_TRUE(scopes.insert(scope_of(permission)).second) << scope_of(permission);
  }
  for (const std::string_view text : {"", "view applications", "View applications ", "*"})
    EXPECT_FALSE(parse_permission(text)) << text;
}

TEST(PermissionSet, AnIntersectionHoldsWhatBothHold) {
  for (const Permission a : all_permissions()) {
    for (const Permission b : all_permissions()) {
      const PermissionSet both = PermissionSet().with(a) & PermissionSet().with(b);
      for (const Permission asked : all_permissions())
        EXPECT_EQ(both.contains(asked), PermissionSet().with(a).contains(asked) &&
                                            PermissionSet().with(b).contains(asked));
    }
  }
}

}  // namespace
}  // namespace claviger::core
