#include "claviger/store/organizations.h"

#include "store_test.h"

#include "claviger/store/change_log.h"
#include "claviger/store/gateway_feed.h"

namespace claviger::store {
namespace {

TEST_P(StoreTest, AnOrganizationComesBackAsItWasStored) {
  const core::Organization parent = stored_organization();
  core::Organization child = an_organization();
  child.parent = parent.id;
  child.status = core::AccountStatus::kDisabled;
  const auto version =
      change([&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, child); });
  ASSERT_THAT(version, Succeeds());
  const auto found = must_read(
      [&](ReadTransaction& tx) { return get_organization(tx, TenantScope{child.id}, child.id); });
  EXPECT_EQ(found.id, child.id);
  EXPECT_EQ(found.name, child.name);
  EXPECT_EQ(found.parent, parent.id);
  EXPECT_EQ(found.status, core::AccountStatus::kDisabled);
  EXPECT_EQ(found.created_at, child.created_at);
  EXPECT_EQ(found.version, *version);
}

TEST_P(StoreTest, AnOrganizationKeepsItsLimits) {
  core::Organization organization = an_organization();
  organization.limits = {.applications_per_user = std::nullopt, .keys_per_application = 25};
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return create_organization(tx, AllTenants{}, organization);
              }),
              Succeeds());
  const auto read_limits = [&] {
    return must_read([&](ReadTransaction& tx) { return get_active_limits(tx, organization.id); });
  };
  EXPECT_EQ(read_limits(), organization.limits);
  organization.limits = {.applications_per_user = 3, .keys_per_application = std::nullopt};
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return update_organization(tx, AllTenants{}, organization);
              }),
              Succeeds());
  EXPECT_EQ(read_limits(), organization.limits);
}

TEST_P(StoreTest, AnOrganizationNeedsAParentThatExists) {
  core::Organization organization = an_organization();
  organization.parent = new_id<core::OrganizationId>();
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return create_organization(tx, AllTenants{}, organization);
              }),
              FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, ATreeScopeReachesAllThatLiesBelowAndNothingElse) {
  const core::Organization top = stored_organization();
  const auto below = [&](const core::Organization& parent) {
    clock_.advance(std::chrono::milliseconds{1});
    core::Organization child = an_organization();
    child.parent = parent.id;
    EXPECT_THAT(change([&](WriteTransaction& tx) {
                  return create_organization(tx, TreeScope{top.id}, child);
                }),
                Succeeds());
    return child;
  };
  const core::Organization reseller = below(top);
  const core::Organization company = below(reseller);
  const core::Organization sibling = below(top);
  const core::Organization foreign = stored_organization();
  const auto seen_from = [&](const core::Organization& from) {
    std::vector<core::OrganizationId> ids;
    for (const core::Organization& item : must_read([&](ReadTransaction& tx) {
                                            return list_organizations(tx, TreeScope{from.id}, {});
                                          }).items)
      ids.push_back(item.id);
    return ids;
  };
  using testing::ElementsAre;
  EXPECT_THAT(seen_from(top), ElementsAre(top.id, reseller.id, company.id, sibling.id));
  EXPECT_THAT(seen_from(reseller), ElementsAre(reseller.id, company.id));
  EXPECT_THAT(seen_from(company), ElementsAre(company.id));
  const auto check = [&](const core::Organization& from, const core::Organization& asked) {
    return database().read(
        [&](ReadTransaction& tx) { return check_organization(tx, TreeScope{from.id}, asked.id); });
  };
  EXPECT_THAT(check(reseller, company), Succeeds());
  for (const core::Organization& other : {top, sibling, foreign})
    EXPECT_THAT(check(reseller, other), FailsWith(ErrorCode::kNotFound));
}

// docs/threats.md, K02: what lies below a disabled organization stops with it.
TEST_P(StoreTest, K02_AnOrganizationIsActiveWithAllAboveItAndGatewaysAreToldOfEach) {
  core::Organization top = stored_organization();
  core::Organization middle = stored_organization_below(top.id);
  const core::Organization bottom = stored_organization_below(middle.id);
  const auto set = [&](core::Organization& organization, core::AccountStatus status) {
    const ChangeHead before = must_read([](ReadTransaction& tx) { return change_head(tx); });
    organization.status = status;
    EXPECT_THAT(change([&](WriteTransaction& tx) {
                  return update_organization(tx, AllTenants{}, organization);
                }),
                Succeeds());
    return must_read([&](ReadTransaction& tx) {
             return changes_since(tx, {before.epoch, before.version});
           })
        ->records;
  };
  const auto expect = [&](const std::vector<core::GatewayRecord>& records, bool is_active) {
    const auto found = must_read([&](ReadTransaction& tx) {
      return get_organization(tx, TenantScope{bottom.id}, bottom.id);
    });
    EXPECT_EQ(found.is_active(), is_active);
    EXPECT_EQ(found.status, core::AccountStatus::kEnabled) << "its own is left alone";
    EXPECT_THAT(records,
                testing::Contains(testing::VariantWith<core::OrganizationRecord>(testing::FieldsAre(
                    bottom.id, is_active ? core::Standing::kActive : core::Standing::kInactive))));
  };
  expect(set(top, core::AccountStatus::kDisabled), false);
  expect(set(middle, core::AccountStatus::kDisabled), false);
  expect(set(top, core::AccountStatus::kEnabled), false);
  expect(set(middle, core::AccountStatus::kEnabled), true);
}

TEST_P(StoreTest, ADeletedOrganizationLooksAbsentForEver) {
  core::Organization organization = stored_organization();
  organization.status = core::AccountStatus::kDeleted;
  const auto update = [&](WriteTransaction& tx) {
    return update_organization(tx, AllTenants{}, organization);
  };
  ASSERT_THAT(change(update), Succeeds());
  EXPECT_THAT(database().read([&](ReadTransaction& tx) {
    return get_organization(tx, AllTenants{}, organization.id);
  }),
              FailsWith(ErrorCode::kNotFound));
  organization.status = core::AccountStatus::kEnabled;
  EXPECT_THAT(change(update), FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, AnOrganizationIsUpdatedWithinItsScopeAlone) {
  core::Organization ours = stored_organization();
  const core::Organization theirs = stored_organization();
  ours.name = "Renamed";
  ours.status = core::AccountStatus::kDisabled;
  const auto foreign = change(
      [&](WriteTransaction& tx) { return update_organization(tx, TenantScope{theirs.id}, ours); });
  EXPECT_THAT(foreign, FailsWith(ErrorCode::kNotFound));
  const auto version = change(
      [&](WriteTransaction& tx) { return update_organization(tx, TenantScope{ours.id}, ours); });
  ASSERT_THAT(version, Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_organization(tx, AllTenants{}, ours.id); });
  EXPECT_EQ(found.name, "Renamed");
  EXPECT_EQ(found.status, core::AccountStatus::kDisabled);
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
