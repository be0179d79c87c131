#include "claviger/store/applications.h"

#include "store_test.h"

namespace claviger::store {
namespace {

TEST_P(StoreTest, AnApplicationComesBackAsItWasStored) {
  const Tenant tenant = stored_tenant();
  const auto found = must_read([&](ReadTransaction& tx) {
    return get_application(tx, tenant.scope(), tenant.application.id);
  });
  EXPECT_EQ(found.id, tenant.application.id);
  EXPECT_EQ(found.organization, tenant.organization.id);
  EXPECT_EQ(found.owner, tenant.user.id);
  EXPECT_EQ(found.name, tenant.application.name);
  EXPECT_EQ(found.description, tenant.application.description);
  EXPECT_EQ(found.status, core::ApplicationStatus::kActive);
  EXPECT_EQ(found.created_at, tenant.application.created_at);
  EXPECT_EQ(found.version, tenant.application.version);
}

TEST_P(StoreTest, ARevokedApplicationDisappearsFromListsAndCountsButNotFromTheProvider) {
  const Tenant tenant = stored_tenant();
  core::Application application = tenant.application;
  application.status = core::ApplicationStatus::kRevoked;
  const auto update = [&] {
    return change(
        [&](WriteTransaction& tx) { return update_application(tx, tenant.scope(), application); });
  };
  const auto count = [&] {
    return must_read([&](ReadTransaction& tx) {
      return count_active_applications(tx, tenant.scope(), tenant.user.id);
    });
  };
  EXPECT_EQ(count(), 1);
  ASSERT_THAT(update(), Succeeds());
  EXPECT_EQ(count(), 0);
  const auto listed = [&](Revoked revoked) {
    return must_read([&](ReadTransaction& tx) {
             return list_applications(tx, tenant.scope(),
                                      {.owner = tenant.user.id, .revoked = revoked}, {});
           })
        .items.size();
  };
  EXPECT_EQ(listed(Revoked::kLeftOut), 0U);
  EXPECT_EQ(listed(Revoked::kIncluded), 1U);
  application.status = core::ApplicationStatus::kActive;
  EXPECT_THAT(update(), FailsWith(ErrorCode::kConflict)) << "a revocation is final";
}

TEST_P(StoreTest, AnApplicationIsUpdatedAndHandedOver) {
  const Tenant tenant = stored_tenant();
  const core::User heir = stored_user(tenant.organization.id);
  core::Application application = tenant.application;
  application.name = "Renamed";
  application.description = "";
  application.owner = heir.id;
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return update_application(tx, tenant.scope(), application);
              }),
              Succeeds());
  const auto found = must_read(
      [&](ReadTransaction& tx) { return get_application(tx, tenant.scope(), application.id); });
  EXPECT_EQ(found.name, "Renamed");
  EXPECT_EQ(found.description, "");
  EXPECT_EQ(found.owner, heir.id);
  const auto of_first_owner = must_read([&](ReadTransaction& tx) {
    return list_applications(tx, tenant.scope(),
                             {.owner = tenant.user.id, .revoked = Revoked::kIncluded}, {});
  });
  EXPECT_TRUE(of_first_owner.items.empty());
}

TEST_P(StoreTest, ForeignApplicationsLookAbsent) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  EXPECT_THAT(database().read([&](ReadTransaction& tx) {
    return get_application(tx, ours.scope(), theirs.application.id);
  }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return update_application(tx, ours.scope(), theirs.application);
              }),
              FailsWith(ErrorCode::kNotFound));
  const core::Application intruder = an_application(theirs.user);
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return create_application(tx, ours.scope(), intruder); }),
      FailsWith(ErrorCode::kNotFound));
  const auto seen =
      must_read([&](ReadTransaction& tx) { return list_applications(tx, ours.scope(), {}, {}); });
  EXPECT_EQ(seen.items.size(), 1U);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return count_active_applications(tx, ours.scope(), theirs.user.id);
            }),
            0);
  const auto all =
      must_read([&](ReadTransaction& tx) { return list_applications(tx, AllTenants{}, {}, {}); });
  EXPECT_EQ(all.items.size(), 2U);
}

TEST_P(StoreTest, AnApplicationNeedsAnOwnerWhoExists) {
  const Tenant tenant = stored_tenant();
  core::Application application = an_application(tenant.user);
  application.owner = new_id<core::UserId>();
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return create_application(tx, tenant.scope(), application);
              }),
              FailsWith(ErrorCode::kConflict));
}

}  // namespace
}  // namespace claviger::store
