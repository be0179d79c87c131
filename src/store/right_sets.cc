#include "right_sets.h"

#include "connection.h"
#include "json.h"

#include "claviger/store/consumers.h"
#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::OrganizationId;
using core::RightSetId;

constexpr std::int64_t kPlatform{static_cast<std::int64_t>(core::kPlatformApi)};

/// Every right on an API, also on what it will have later.
core::Grant whole_api(Row& row) {
  core::Grant grant;
  grant.api = core::ApiNumber{static_cast<std::uint32_t>(row.number())};
  grant.methods = core::MethodSet::all();
  grant.endpoint_reach = core::Reach::kEvery;
  grant.scope_reach = core::Reach::kEvery;
  return grant;
}

// The management API is not among those that are managed: permissions alone open it.

Result<std::vector<core::Grant>> all_of_the_apis_of(const ReadTransaction& tx,
                                                    const OrganizationId& organization) {
  return tx.connection().select(
      "SELECT number FROM apis WHERE organization_id = :tenant AND number <> :platform "
      "ORDER BY number",
      {{"tenant", organization}, {"platform", kPlatform}}, whole_api);
}

Result<std::vector<core::Grant>> all_of_the_apis_below(const ReadTransaction& tx,
                                                       const OrganizationId& top) {
  return tx.connection().select(
      "SELECT number FROM apis WHERE organization_id IN (SELECT descendant_id "
      "FROM organization_tree WHERE ancestor_id = :tenant) AND number <> :platform ORDER BY number",
      {{"tenant", top}, {"platform", kPlatform}}, whole_api);
}

Result<std::vector<core::Grant>> what_may_be_consumed_by(const ReadTransaction& tx,
                                                         const OrganizationId& organization) {
  std::vector<core::Grant> grants;
  for (HeldRight& right : TRY(consumer_rights(tx, TenantScope{organization})))
    grants.push_back(std::move(right.compiled));
  return grants;
}

/// What permissions stand for on the management API: every endpoint, with their scopes. Nothing
/// while that API is not in the catalog.
Result<std::vector<core::Grant>> on_the_management_api(const ReadTransaction& tx,
                                                       core::PermissionSet permissions) {
  const auto scopes = TRY(tx.connection().select_one(
      "SELECT scopes FROM apis WHERE number = :platform", {{"platform", kPlatform}},
      [](Row& row) { return row.word(parse_strings); }));
  if (!scopes) return std::vector<core::Grant>();
  core::Grant grant;
  grant.api = core::kPlatformApi;
  grant.methods = core::MethodSet::all();
  grant.endpoint_reach = core::Reach::kEvery;
  for (std::size_t i = 0; i < scopes->size(); ++i) {
    const auto permission = core::parse_permission((*scopes)[i]);
    if (permission && permissions.contains(*permission))
      grant.scopes.add(static_cast<core::ScopeNumber>(i));
  }
  return std::vector{grant};
}

/// A role that is gone gives nothing.
Result<std::vector<core::Grant>> what_a_role_gives(const ReadTransaction& tx,
                                                   const core::RoleId& id) {
  if (const core::Role* predefined = core::find_predefined_role(id))
    return on_the_management_api(tx, predefined->permissions);

  struct Given {
    core::PermissionSet permissions;
    std::vector<core::Grant> rights;
  };

  auto given = TRY(tx.connection().select_one(
      "SELECT permissions, compiled FROM roles WHERE id = :id", {{"id", id}}, [](Row& row) {
        const core::PermissionSet permissions = row.word(parse_permissions);
        return Given{permissions, row.word(parse_compiled_grants)};
      }));
  if (!given) return std::vector<core::Grant>();
  std::vector<core::Grant> grants = TRY(on_the_management_api(tx, given->permissions));
  grants.insert(grants.end(), given->rights.begin(), given->rights.end());
  return grants;
}

Result<std::vector<core::RoleId>> own_roles(const ReadTransaction& tx) {
  return tx.connection().select("SELECT id FROM roles ORDER BY id", {},
                                [](Row& row) { return row.id<core::RoleId>(); });
}

Result<std::vector<core::RoleId>> all_roles(const ReadTransaction& tx) {
  std::vector<core::RoleId> ids = TRY(own_roles(tx));
  for (const core::Role& role : core::predefined_roles()) ids.push_back(role.id);
  return ids;
}

}  // namespace

Result<core::Version> record_api_change(WriteTransaction& tx, const core::Api& api) {
  const auto consumers = TRY(tx.connection().select(
      "SELECT consumer_id FROM api_consumers WHERE api_id = :api AND organization_id = :tenant",
      {{"api", api.id}, {"tenant", api.organization}},
      [](Row& row) { return row.id<OrganizationId>(); }));
  for (const OrganizationId& consumer : consumers)
    TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(consumer))));
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_managers(api.organization))));
  for (const OrganizationId& above : TRY(list_ancestors(tx, api.organization)))
    TRY(tx.record_change(ChangedSubject::of(RightSetId::of_tree_managers(above))));
  if (api.number == core::kPlatformApi) {
    for (const core::RoleId& role : TRY(all_roles(tx)))
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_role(role))));
  }
  return tx.record_change(ChangedSubject::of(api.id));
}

Result<std::vector<RightSetId>> right_sets_of_roles(const ReadTransaction& tx) {
  std::vector<RightSetId> sets;
  for (const core::RoleId& role : TRY(all_roles(tx))) sets.push_back(RightSetId::of_role(role));
  return sets;
}

std::vector<RightSetId> right_sets_of(const core::User& user,
                                      const std::vector<core::Role>& roles) {
  std::vector<RightSetId> sets = {RightSetId::of_consumers(user.organization)};
  for (const core::Role& role : roles) sets.push_back(RightSetId::of_role(role.id));
  const core::HeldPermissions held = core::permissions_of(roles);
  if (held.below.contains(core::Permission::kManageAssets))
    sets.push_back(RightSetId::of_tree_managers(user.organization));
  else if (core::manages_apis(held.here))
    sets.push_back(RightSetId::of_managers(user.organization));
  return sets;
}

Result<core::RightSetRecord> load_right_set(const ReadTransaction& tx, const RightSetId& id) {
  switch (id.holders) {
    case RightSetId::Holders::kManagers:
      return core::RightSetRecord{id, TRY(all_of_the_apis_of(tx, id.organization))};
    case RightSetId::Holders::kTreeManagers:
      return core::RightSetRecord{id, TRY(all_of_the_apis_below(tx, id.organization))};
    case RightSetId::Holders::kConsumers:
      return core::RightSetRecord{id, TRY(what_may_be_consumed_by(tx, id.organization))};
    case RightSetId::Holders::kRole:
      return core::RightSetRecord{id, TRY(what_a_role_gives(tx, id.role))};
  }
  return fail(Error::internal("no set of rights: " + id.str()));
}

}  // namespace claviger::store
