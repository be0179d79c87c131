#include "claviger/store/roles.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"

#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::RightSetId;
using core::Role;
using core::RoleId;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, name, description, permissions, reach, rights, created_at, "
    "version FROM roles";

constexpr Refusals kRefusals = {.unique = "This organization has a role of that name already."};

Role read_role(Row& row) {
  Role role;
  role.id = row.id<RoleId>();
  role.organization = row.id<core::OrganizationId>();
  role.name = row.text();
  role.description = row.text();
  role.permissions = row.word(parse_permissions);
  role.reach = row.word(core::parse_role_reach);
  role.rights = row.word(parse_named_grants);
  role.created_at = row.time();
  role.version = row.version();
  return role;
}

/// Which right sets a user of the role holds beside the role's own (right_sets_of()).
bool manages_alike(const Role& a, const Role& b) {
  const auto manages = [](const Role& role) {
    return std::pair(core::manages_apis(role.permissions),
                     role.permissions.contains(core::Permission::kManageAssets) &&
                         role.reach == core::RoleReach::kDescendants);
  };
  return manages(a) == manages(b);
}

Result<std::vector<core::UserId>> users_of(const ReadTransaction& tx, const RoleId& id) {
  return tx.connection().select("SELECT user_id FROM user_roles WHERE role_id = :role",
                                {{"role", id}}, [](Row& row) { return row.id<core::UserId>(); });
}

}  // namespace

Result<core::Version> create_role(WriteTransaction& tx, const Scope& scope,
                                  const CompiledRole& made) {
  const Role& role = made.role;
  TRY(check_organization(tx, scope, *role.organization));
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_role(role.id))));
  TRY(tx.connection().execute(
      "INSERT INTO roles (id, organization_id, name, description, permissions, reach, rights, "
      "compiled, created_at, version) VALUES (:id, :organization, :name, :description, "
      ":permissions, :reach, :rights, :compiled, :created_at, :version)",
      {{"id", role.id},
       {"organization", role.organization},
       {"name", role.name},
       {"description", role.description},
       {"permissions", to_json(role.permissions)},
       {"reach", core::to_string(role.reach)},
       {"rights", to_json(role.rights)},
       {"compiled", to_json(made.rights)},
       {"created_at", role.created_at},
       {"version", version}},
      kRefusals));
  return version;
}

Result<core::Version> update_role(WriteTransaction& tx, const Scope& scope,
                                  const CompiledRole& changed) {
  const Role& role = changed.role;
  const Role before = TRY(get_role(tx, scope, role.id));
  if (!before.organization) return fail(not_found("role of your own"));
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_role(role.id))));
  if (!manages_alike(before, role)) {
    for (const core::UserId& user : TRY(users_of(tx, role.id)))
      TRY(tx.record_change(ChangedSubject::of(user)));
  }
  Where where(scope);
  where.id(role.id).with({{"name", role.name},
                          {"description", role.description},
                          {"permissions", to_json(role.permissions)},
                          {"reach", core::to_string(role.reach)},
                          {"rights", to_json(role.rights)},
                          {"compiled", to_json(changed.rights)},
                          {"version", version}});
  TRY(tx.connection().execute(
      where.after("UPDATE roles SET name = :name, description = :description, "
                  "permissions = :permissions, reach = :reach, rights = :rights, "
                  "compiled = :compiled, version = :version"),
      where.binds(), kRefusals));
  return version;
}

Result<core::Version> delete_role(WriteTransaction& tx, const Scope& scope, const RoleId& id) {
  const Role role = TRY(get_role(tx, scope, id));
  if (!role.organization) return fail(not_found("role of your own"));
  if (TRY(count_users_of(tx, id)) > 0)
    return fail(Error::refused(ErrorCode::kConflict,
                               "Users have this role. Give them another one before you delete "
                               "it."));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(RightSetId::of_role(id))));
  TRY(tx.connection().execute("DELETE FROM user_roles WHERE role_id = :id", {{"id", id}}));
  TRY(tx.connection().execute("DELETE FROM roles WHERE id = :id", {{"id", id}}));
  return version;
}

Result<Role> get_role(const ReadTransaction& tx, const Scope& scope, const RoleId& id) {
  if (const Role* predefined = core::find_predefined_role(id)) return *predefined;
  Where where(scope);
  where.id(id);
  auto role = TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_role));
  return found(std::move(role), "role");
}

Result<std::optional<Role>> find_role(const ReadTransaction& tx,
                                      const core::OrganizationId& organization, const RoleId& id) {
  Where where(TenantScope{organization});
  where.id(id);
  return tx.connection().select_one(where.after(kSelect), where.binds(), read_role);
}

Result<std::optional<Role>> find_role(const ReadTransaction& tx,
                                      const core::OrganizationId& organization,
                                      std::string_view name) {
  Where where(TenantScope{organization});
  where.add("name = :name", {"name", name});
  return tx.connection().select_one(where.after(kSelect), where.binds(), read_role);
}

Result<Listed<Role>> list_roles(const ReadTransaction& tx, const Scope& scope,
                                const Page<RoleId>& page) {
  Where where(scope);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_role));
  return listed(std::move(rows), page);
}

Result<std::vector<Role>> load_roles(const ReadTransaction& tx, const std::vector<RoleId>& ids) {
  std::vector<Role> roles;
  for (const RoleId& id : ids) {
    auto role = get_role(tx, AllTenants{}, id);
    if (!role) return fail(Error::internal("a user has a role that is not there: " + id.str()));
    roles.push_back(*std::move(role));
  }
  return roles;
}

Result<std::vector<core::Grant>> role_rights(const ReadTransaction& tx,
                                             const std::vector<RoleId>& ids, core::ApiNumber api) {
  std::vector<core::Grant> rights;
  for (const RoleId& id : ids) {
    const auto compiled =
        TRY(tx.connection().select_one("SELECT compiled FROM roles WHERE id = :id", {{"id", id}},
                                       [](Row& row) { return row.word(parse_compiled_grants); }));
    for (const core::Grant& grant : compiled.value_or(std::vector<core::Grant>())) {
      if (grant.api == api) rights.push_back(grant);
    }
  }
  return rights;
}

Result<std::optional<core::OrganizationId>> organization_given(const ReadTransaction& tx,
                                                               const Role& role) {
  return tx.connection().select_one(
      "SELECT organization_id FROM user_roles JOIN users ON users.id = user_roles.user_id "
      "WHERE role_id = :role AND status <> 'deleted' AND organization_id <> :own LIMIT 1",
      {{"role", role.id}, {"own", *role.organization}},
      [](Row& row) { return row.id<core::OrganizationId>(); });
}

Result<std::int64_t> count_users_of(const ReadTransaction& tx, const RoleId& id) {
  const auto count = TRY(tx.connection().select_one(
      "SELECT COUNT(*) FROM user_roles JOIN users ON users.id = user_roles.user_id "
      "WHERE role_id = :role AND status <> 'deleted'",
      {{"role", id}}, [](Row& row) { return row.number(); }));
  return count.value_or(0);
}

}  // namespace claviger::store
