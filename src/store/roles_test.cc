#include "claviger/store/roles.h"

#include "store_test.h"

#include "claviger/store/change_log.h"
#include "claviger/store/gateway_feed.h"

namespace claviger::store {
namespace {

using core::Permission;
using core::PermissionSet;
using core::RightSetId;
using testing::ElementsAre;
using testing::IsEmpty;

CompiledRole a_role(StoreTest& test, const core::OrganizationId& organization) {
  CompiledRole made;
  made.role.id = test.new_id<core::RoleId>();
  made.role.organization = organization;
  made.role.name = made.role.id.str();
  made.role.description = "Watches";
  made.role.permissions = PermissionSet().with(Permission::kViewUsers);
  made.role.created_at = test.clock_.now();
  return made;
}

void store_role(StoreTest& test, const CompiledRole& role) {
  EXPECT_THAT(
      test.change([&](WriteTransaction& tx) { return create_role(tx, AllTenants{}, role); }),
      Succeeds());
}

CompiledRole stored_role(StoreTest& test, const core::OrganizationId& organization) {
  CompiledRole made = a_role(test, organization);
  store_role(test, made);
  return made;
}

void give(StoreTest& test, Tenant& tenant, const core::RoleId& role) {
  tenant.user.roles = {role};
  EXPECT_THAT(test.change([&](WriteTransaction& tx) {
    return update_user(tx, tenant.scope(), tenant.user);
  }),
              Succeeds());
}

core::Version version_now(StoreTest& test) {
  return test.must_read([](ReadTransaction& tx) { return change_head(tx); }).version;
}

/// The records that changed behind a version.
std::vector<core::GatewayRecord> changed_since(StoreTest& test, core::Version from) {
  const auto epoch = test.must_read([](ReadTransaction& tx) { return change_head(tx); }).epoch;
  return test.must_read([&](ReadTransaction& tx) {
               return changes_since(tx, {epoch, from});
             })
      ->records;
}

TEST_P(StoreTest, ARoleComesBackAsStored) {
  const Tenant tenant = stored_tenant();
  CompiledRole made = a_role(*this, tenant.organization.id);
  made.role.reach = core::RoleReach::kDescendants;
  const auto version =
      change([&](WriteTransaction& tx) { return create_role(tx, tenant.scope(), made); });
  ASSERT_THAT(version, Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_role(tx, tenant.scope(), made.role.id); });
  EXPECT_EQ(found.organization, tenant.organization.id);
  EXPECT_EQ(found.name, made.role.name);
  EXPECT_EQ(found.description, "Watches");
  EXPECT_EQ(found.permissions, made.role.permissions);
  EXPECT_EQ(found.reach, core::RoleReach::kDescendants);
  EXPECT_EQ(found.version, *version);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return find_role(tx, tenant.organization.id, made.role.name);
            })->id,
            made.role.id);
}

TEST_P(StoreTest, ANameStandsOnceInItsOrganization) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  const CompiledRole first = stored_role(*this, ours.organization.id);
  CompiledRole second = a_role(*this, ours.organization.id);
  second.role.name = first.role.name;
  const auto create = [&](WriteTransaction& tx) { return create_role(tx, AllTenants{}, second); };
  EXPECT_THAT(change(create), FailsWith(ErrorCode::kConflict));
  second.role.organization = theirs.organization.id;
  EXPECT_THAT(change(create), Succeeds());
}

TEST_P(StoreTest, ForeignRolesLookAbsent) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  CompiledRole foreign = stored_role(*this, theirs.organization.id);
  const core::RoleId id = foreign.role.id;
  EXPECT_THAT(database().read([&](ReadTransaction& tx) { return get_role(tx, ours.scope(), id); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(change([&](WriteTransaction& tx) { return update_role(tx, ours.scope(), foreign); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(change([&](WriteTransaction& tx) { return delete_role(tx, ours.scope(), id); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(
      must_read([&](ReadTransaction& tx) { return list_roles(tx, ours.scope(), {}); }).items,
      IsEmpty());
}

TEST_P(StoreTest, APredefinedRoleIsFoundAndNeverChanged) {
  const core::Role& auditor = *core::find_predefined_role(id_of(core::PredefinedRole::kAuditor));
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return get_role(tx, AllTenants{}, auditor.id);
            }).permissions,
            auditor.permissions);
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return update_role(tx, AllTenants{}, {auditor, {}});
              }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(
      change([&](WriteTransaction& tx) { return delete_role(tx, AllTenants{}, auditor.id); }),
      FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, CuttingARoleIsOneRecordForTheGateways) {
  Tenant tenant = stored_tenant();
  const core::Api api = stored_api(tenant.organization.id, "fleet");
  CompiledRole role = a_role(*this, tenant.organization.id);
  role.role.rights = {{"fleet", {"*"}, {}, {"*"}}};
  role.rights = {core::compile_grant(role.role.rights[0], api, {}, "").value()};
  store_role(*this, role);
  give(*this, tenant, role.role.id);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return role_rights(tx, tenant.user.roles, api.number);
            }),
            role.rights);
  const core::Version before = version_now(*this);
  role.role.rights.clear();
  role.rights.clear();
  ASSERT_THAT(change([&](WriteTransaction& tx) { return update_role(tx, tenant.scope(), role); }),
              Succeeds());
  const auto records = changed_since(*this, before);
  ASSERT_EQ(records.size(), 1U);
  const auto& cut = std::get<core::RightSetRecord>(records[0]);
  EXPECT_EQ(cut.id, RightSetId::of_role(role.role.id));
  EXPECT_THAT(cut.rights, IsEmpty());
}

TEST_P(StoreTest, ARoleThatManagesNoMoreTouchesItsUsers) {
  Tenant tenant = stored_tenant();
  CompiledRole role = a_role(*this, tenant.organization.id);
  role.role.permissions = PermissionSet().with(Permission::kModifyAssets);
  store_role(*this, role);
  give(*this, tenant, role.role.id);
  const core::Version before = version_now(*this);
  role.role.permissions = PermissionSet();
  ASSERT_THAT(change([&](WriteTransaction& tx) { return update_role(tx, tenant.scope(), role); }),
              Succeeds());
  const auto records = changed_since(*this, before);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(std::get<core::UserRecord>(records[1]).right_sets,
              ElementsAre(RightSetId::of_consumers(tenant.organization.id),
                          RightSetId::of_role(role.role.id)));
}

TEST_P(StoreTest, OnlyARoleThatNobodyHasIsDeleted) {
  Tenant tenant = stored_tenant();
  const CompiledRole role = stored_role(*this, tenant.organization.id);
  give(*this, tenant, role.role.id);
  const auto remove = [&](WriteTransaction& tx) {
    return delete_role(tx, tenant.scope(), role.role.id);
  };
  EXPECT_THAT(change(remove), FailsWith(ErrorCode::kConflict));
  give(*this, tenant, id_of(core::PredefinedRole::kAssetConsumer));
  EXPECT_THAT(change(remove), Succeeds());
  EXPECT_THAT(change(remove), FailsWith(ErrorCode::kNotFound));
}

TEST_P(StoreTest, PermissionsAreScopesOnTheManagementApi) {
  const Tenant tenant = stored_tenant();
  core::Api platform = an_api(tenant.organization.id, core::kPlatformApiName);
  platform.scopes = {"users:manage", "users:view", "gateways:view"};
  const auto stored =
      change([&](WriteTransaction& tx) { return create_api(tx, AllTenants{}, platform); });
  ASSERT_THAT(stored, Succeeds());
  EXPECT_EQ(stored->number, core::kPlatformApi);
  const CompiledRole role = stored_role(*this, tenant.organization.id);
  const auto records = changed_since(*this, {version_now(*this).number - 1});
  const auto& set = std::get<core::RightSetRecord>(records[0]);
  ASSERT_EQ(set.rights.size(), 1U);
  core::ScopeSet expected;
  expected.add(1);
  EXPECT_EQ(set.rights[0].api, core::kPlatformApi);
  EXPECT_EQ(set.rights[0].scopes, expected);
  EXPECT_EQ(set.rights[0].scope_reach, core::Reach::kListed);
}

}  // namespace
}  // namespace claviger::store
