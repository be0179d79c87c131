#include "claviger/store/users.h"

#include "store_test.h"

#include "claviger/core/role.h"

namespace claviger::store {
namespace {

using testing::ElementsAre;

TEST_P(StoreTest, AUserComesBackAsStored) {
  const core::Organization organization = stored_organization();
  core::User user = a_user(organization.id);
  user.roles = {id_of(core::PredefinedRole::kOrganizationAdministrator),
                id_of(core::PredefinedRole::kBillingManager)};
  user.status = core::AccountStatus::kDisabled;
  const TenantScope scope{organization.id};
  const auto version =
      change([&](WriteTransaction& tx) { return create_user(tx, scope, user, "$argon2id$…"); });
  ASSERT_THAT(version, Succeeds());
  const auto found = must_read([&](ReadTransaction& tx) { return get_user(tx, scope, user.id); });
  EXPECT_EQ(found.id, user.id);
  EXPECT_EQ(found.organization, organization.id);
  EXPECT_EQ(found.email, user.email);
  EXPECT_EQ(found.name, user.name);
  EXPECT_EQ(found.status, core::AccountStatus::kDisabled);
  EXPECT_EQ(found.roles, user.roles);
  EXPECT_EQ(found.created_at, user.created_at);
  EXPECT_EQ(found.version, *version);
}

TEST_P(StoreTest, AnEmailAddressBelongsToOneUserOverAllOrganizations) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  core::User user = a_user(ours.organization.id);
  user.email = theirs.user.email;
  const auto created =
      change([&](WriteTransaction& tx) { return create_user(tx, ours.scope(), user, ""); });
  ASSERT_THAT(created, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(created.error().public_text().str(), testing::HasSubstr("e-mail"));
  core::User renamed = ours.user;
  renamed.email = theirs.user.email;
  EXPECT_THAT(change([&](WriteTransaction& tx) { return update_user(tx, ours.scope(), renamed); }),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, AUserIsUpdatedWithinTheScopeAlone) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  core::User user = ours.user;
  user.name = "Renamed";
  user.roles = {id_of(core::PredefinedRole::kAssetProvider)};
  user.status = core::AccountStatus::kDisabled;
  EXPECT_THAT(change([&](WriteTransaction& tx) { return update_user(tx, theirs.scope(), user); }),
              FailsWith(ErrorCode::kNotFound));
  ASSERT_THAT(change([&](WriteTransaction& tx) { return update_user(tx, ours.scope(), user); }),
              Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_user(tx, ours.scope(), user.id); });
  EXPECT_EQ(found.name, "Renamed");
  EXPECT_THAT(found.roles, ElementsAre(id_of(core::PredefinedRole::kAssetProvider)));
  EXPECT_EQ(found.status, core::AccountStatus::kDisabled);
}

TEST_P(StoreTest, ASignInIsFoundByEmailWithItsPasswordHash) {
  const Tenant tenant = stored_tenant();
  const auto sign_in_of = [&](std::string_view email) {
    return must_read([&](ReadTransaction& tx) { return find_sign_in(tx, AllTenants{}, email); });
  };
  EXPECT_FALSE(sign_in_of("nobody@example.com"));
  EXPECT_EQ(sign_in_of(tenant.user.email)->password_hash, "hash");
  ASSERT_THAT(database().write([&](WriteTransaction& tx) {
    return set_password_hash(tx, tenant.scope(), tenant.user.id, "another hash");
  }),
              Succeeds());
  const auto sign_in = sign_in_of(tenant.user.email);
  EXPECT_EQ(sign_in->password_hash, "another hash");
  EXPECT_EQ(sign_in->user.id, tenant.user.id);
}

TEST_P(StoreTest, ForeignUsersLookAbsent) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  EXPECT_THAT(database().read(
                  [&](ReadTransaction& tx) { return get_user(tx, ours.scope(), theirs.user.id); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return set_password_hash(tx, ours.scope(), theirs.user.id, "mine");
              }),
              FailsWith(ErrorCode::kNotFound));
  const core::User intruder = a_user(theirs.organization.id);
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return create_user(tx, ours.scope(), intruder, ""); }),
      FailsWith(ErrorCode::kNotFound));
  const auto seen =
      must_read([&](ReadTransaction& tx) { return list_users(tx, ours.scope(), {}, {}); });
  ASSERT_EQ(seen.items.size(), 1U);
  EXPECT_EQ(seen.items[0].id, ours.user.id);
}

TEST_P(StoreTest, ADeletedUserLooksAbsentAndFreesTheAddress) {
  Tenant tenant = stored_tenant();
  core::User deleted = tenant.user;
  deleted.status = core::AccountStatus::kDeleted;
  ASSERT_THAT(
      change([&](WriteTransaction& tx) { return update_user(tx, tenant.scope(), deleted); }),
      Succeeds());
  const auto get = [&](ReadTransaction& tx) { return get_user(tx, AllTenants{}, deleted.id); };
  EXPECT_THAT(database().read(get), FailsWith(ErrorCode::kNotFound));
  EXPECT_FALSE(must_read(
      [&](ReadTransaction& tx) { return find_sign_in(tx, AllTenants{}, deleted.email); }));
  EXPECT_TRUE(must_read([&](ReadTransaction& tx) {
                return list_users(tx, tenant.scope(), {}, {});
              }).items.empty());
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return get_user_ever(tx, AllTenants{}, deleted.id);
            }).status,
            core::AccountStatus::kDeleted);
  core::User another = a_user(tenant.organization.id);
  another.email = deleted.email;
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return create_user(tx, tenant.scope(), another, ""); }),
      Succeeds());
  deleted.status = core::AccountStatus::kEnabled;
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return update_user(tx, tenant.scope(), deleted); }),
      FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, UsersAreFoundByStatusAndByRole) {
  const Tenant tenant = stored_tenant();
  core::User provider = a_user(tenant.organization.id);
  provider.roles = {id_of(core::PredefinedRole::kAssetProvider)};
  provider.status = core::AccountStatus::kDisabled;
  ASSERT_THAT(
      change([&](WriteTransaction& tx) { return create_user(tx, tenant.scope(), provider, ""); }),
      Succeeds());
  const auto found = [&](const UserFilter& filter) {
    std::vector<core::UserId> ids;
    for (const core::User& user : must_read([&](ReadTransaction& tx) {
                                    return list_users(tx, tenant.scope(), filter, {});
                                  }).items)
      ids.push_back(user.id);
    return ids;
  };
  EXPECT_THAT(found({.status = core::AccountStatus::kDisabled}), ElementsAre(provider.id));
  EXPECT_THAT(found({.role = id_of(core::PredefinedRole::kAssetProvider)}),
              ElementsAre(provider.id));
  EXPECT_THAT(found({.email = tenant.user.email}), ElementsAre(tenant.user.id));
  EXPECT_EQ(found({}).size(), 2U);
}

}  // namespace
}  // namespace claviger::store
