#include "claviger/core/gateway_state.h"

#include <gtest/gtest.h>

#include "claviger/base/random.h"

namespace claviger::core {
namespace {

TEST(RightSetId, EveryNameIsReadBackAsItself) {
  SystemRandom random;
  const auto organization = OrganizationId::make(kStartOfTime, random);
  const auto role = RoleId::make(kStartOfTime, random);
  for (const RightSetId& id :
       {RightSetId::of_tree_managers(organization), RightSetId::of_managers(organization),
        RightSetId::of_consumers(organization), RightSetId::of_role(role)})
    EXPECT_EQ(RightSetId::parse(id.str()), id) << id.str();
  EXPECT_EQ(RightSetId::of_tree_managers(organization).str(), "manage-below/" + organization.str());
  EXPECT_EQ(RightSetId::of_role(role).str(), "role/" + role.str());
  EXPECT_EQ(RightSetId::of_managers(organization).str(), "manage/" + organization.str());
  EXPECT_EQ(RightSetId::of_consumers(organization).str(), "consume/" + organization.str());
}

TEST(RightSetId, WhatNamesNoSetIsNotRead) {
  for (const char* text : {"", "manage", "manage/", "manage/**", "consume/*", "consume/org_x", "*",
                           "manage/*", "role/org_x"})
    EXPECT_FALSE(RightSetId::parse(text)) << text;
}

}  // namespace
}  // namespace claviger::core
