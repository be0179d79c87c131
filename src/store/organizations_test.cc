#include "claviger/store/organizations.h"

#include "store_test.h"

namespace claviger::store {
namespace {

TEST_P(StoreTest, AnOrganizationComesBackAsItWasStored) {
  const core::Organization parent = stored_organization();
  core::Organization child = an_organization();
  child.parent = parent.id;
  child.standing = core::Standing::kInactive;
  const auto version =
      change([&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, child); });
  ASSERT_THAT(version, Succeeds());
  const auto found = must_read(
      [&](ReadTransaction& tx) { return get_organization(tx, TenantScope{child.id}, child.id); });
  EXPECT_EQ(found.id, child.id);
  EXPECT_EQ(found.name, child.name);
  EXPECT_EQ(found.parent, parent.id);
  EXPECT_EQ(found.standing, core::Standing::kInactive);
  EXPECT_EQ(found.created_at, child.created_at);
  EXPECT_EQ(found.version, *version);
}

TEST_P(StoreTest, AnOrganizationNeedsAParentThatExists) {
  core::Organization organization = an_organization();
  organization.parent = new_id<core::OrganizationId>();
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return create_organization(tx, AllTenants{}, organization);
              }),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, AnOrganizationIsUpdatedWithinItsScopeAlone) {
  core::Organization ours = stored_organization();
  const core::Organization theirs = stored_organization();
  ours.name = "Renamed";
  ours.standing = core::Standing::kInactive;
  const auto foreign = change(
      [&](WriteTransaction& tx) { return update_organization(tx, TenantScope{theirs.id}, ours); });
  EXPECT_THAT(foreign, FailsWith(ErrorCode::kNotFound));
  const auto version = change(
      [&](WriteTransaction& tx) { return update_organization(tx, TenantScope{ours.id}, ours); });
  ASSERT_THAT(version, Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, ours.id); });
  EXPECT_EQ(found.name, "Renamed");
  EXPECT_EQ(found.standing, core::Standing::kInactive);
  EXPECT_EQ(found.version, *version);
}

TEST_P(StoreTest, AForeignOrganizationLooksAbsent) {
  const core::Organization ours = stored_organization();
  const core::Organization theirs = stored_organization();
  const auto get = [&](const Scope& scope, const core::OrganizationId& id) {
    return database().read([&](ReadTransaction& tx) { return get_organization(tx, scope, id); });
  };
  const auto foreign = get(TenantScope{ours.id}, theirs.id);
  const auto absent = get(TenantScope{ours.id}, new_id<core::OrganizationId>());
  ASSERT_THAT(foreign, FailsWith(ErrorCode::kNotFound));
  EXPECT_EQ(foreign.error().public_text(), absent.error().public_text());
  const auto seen = must_read(
      [&](ReadTransaction& tx) { return list_organizations(tx, TenantScope{ours.id}, {}); });
  ASSERT_EQ(seen.items.size(), 1U);
  EXPECT_EQ(seen.items[0].id, ours.id);
}

TEST_P(StoreTest, ListsComeInPagesByIdWithoutGapOrRepetition) {
  std::vector<core::OrganizationId> stored;
  for (int i = 0; i < 7; ++i) {
    clock_.advance(std::chrono::milliseconds{1});
    stored.push_back(stored_organization().id);
  }
  std::vector<core::OrganizationId> seen;
  Page<core::OrganizationId> page{.limit = 3, .after = std::nullopt};
  bool has_more = true;
  while (has_more) {
    const auto listed =
        must_read([&](ReadTransaction& tx) { return list_organizations(tx, AllTenants{}, page); });
    EXPECT_LE(listed.items.size(), 3U);
    for (const core::Organization& organization : listed.items) seen.push_back(organization.id);
    has_more = listed.has_more;
    page.after = seen.back();
  }
  EXPECT_EQ(seen, stored);
  page = {.limit = -1, .after = std::nullopt};
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return list_organizations(tx, AllTenants{}, page);
            }).items.size(),
            1U);
}

}  // namespace
}  // namespace claviger::store
