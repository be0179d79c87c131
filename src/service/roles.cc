#include "claviger/service/roles.h"

#include "audit_entry.h"
#include "rights.h"
#include "write_as.h"

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/organizations.h"
#include "claviger/store/password_links.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"

namespace claviger::service {
namespace {

using core::Permission;
using core::Role;
using core::RoleId;

store::Scope managed(const Caller& caller) {
  return scope_of(caller.principal, Permission::kManageRoles);
}

/// What the rights stand for. Only who manages an API puts it into a role: consumption settings are
/// how an organization lets others take of it, and take it back.
Result<std::vector<core::Grant>> compile_rights(const store::ReadTransaction& tx,
                                                const Caller& caller,
                                                const std::vector<core::NamedGrant>& rights) {
  std::vector<core::Grant> compiled;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    const std::string pointer = fmt::format("/rights/{}", i);
    const auto found = TRY(find_api(tx, caller.principal, rights[i].api));
    if (!found || !found->manages) {
      faults.push_back(
          {pointer + "/api", "unknown-api",
           PublicText(fmt::format("There is no API \"{}\" that you manage.", rights[i].api))});
      continue;
    }
    auto grant = core::compile_grant(rights[i], found->api, {}, pointer);
    if (grant)
      compiled.push_back(*std::move(grant));
    else
      faults.insert(faults.end(), grant.error().faults().begin(), grant.error().faults().end());
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return compiled;
}

Result<void> check_name(const std::string& name) {
  if (core::find_predefined_role(name) == nullptr && !RoleId::parse(name)) return {};
  return fail(Error::invalid(
      {{"/name", "reserved-name",
        PublicText("A predefined role has this name, or it reads like an id. Choose another.")}}));
}

Result<Role> own_role(const store::ReadTransaction& tx, const Caller& caller, RoleId id) {
  Role role = TRY(store::get_role(tx, managed(caller), id));
  if (!role.organization)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This role is predefined and does not change. Make one of your "
                               "own."));
  return role;
}

/// Whoever changes a role changes all who have it, also where it was given further down.
Result<void> require_rule_over(const store::ReadTransaction& tx, const Caller& caller,
                               const Role& role) {
  TRY(require_no_more_than_own(tx, caller.principal, {role}, *role.organization));
  const auto below = TRY(store::organization_given(tx, role));
  if (!below) return {};
  if (!caller.principal.holds(Permission::kManageRoles, *below))
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "Users of organizations below have this role, and you manage the "
                               "roles of your own organization alone. Ask an administrator who "
                               "manages those below as well."));
  return require_no_more_than_own(tx, caller.principal, {role}, *below);
}

Result<void> write_audit(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                         const Role& role, Changes changes) {
  return tx.audit(audit_of(caller, {.action = action,
                                    .organization = *role.organization,
                                    .target_kind = "role",
                                    .target_id = role.id.str(),
                                    .changes = std::move(changes)}));
}

bool gives_other_things(const Role& role, const Role& before) {
  return role.permissions != before.permissions || role.reach != before.reach ||
         role.rights != before.rights;
}

}  // namespace

Result<Role> create_role(Context& context, const Caller& caller, const NewRole& wanted) {
  TRY(check_name(wanted.name));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Role> {
    Role made{.id = RoleId::make(tx.now(), context.random),
              .organization = wanted.organization.value_or(caller.principal.organization),
              .name = wanted.name,
              .description = wanted.description,
              .permissions = wanted.permissions,
              .reach = wanted.reach,
              .rights = wanted.rights,
              .created_at = tx.now(),
              .version = {}};
    TRY(store::check_organization(tx, managed(caller), *made.organization));
    auto compiled = TRY(compile_rights(tx, caller, wanted.rights));
    TRY(require_no_more_than_own(tx, caller.principal, {made}, *made.organization));
    made.version = TRY(store::create_role(tx, managed(caller), {made, std::move(compiled)}));
    TRY(write_audit(tx, caller, "role.create", made, Changes::made(shown(made))));
    return made;
  });
}

Result<Role> get_role(Context& context, const Caller& caller, RoleId id) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::get_role(tx, scope_of(caller.principal, Permission::kViewUsers), id);
  });
}

const std::vector<Role>& predefined_roles() {
  return core::predefined_roles();
}

Result<Listed<Role>> list_roles(Context& context, const Caller& caller, const Page<RoleId>& page) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::list_roles(tx, scope_of(caller.principal, Permission::kViewUsers), page);
  });
}

Result<Changed<Role>> update_role(Context& context, const Caller& caller, RoleId id,
                                  const RoleChange& change) {
  using Outcome = Changed<Role>;
  if (change.name) TRY(check_name(*change.name));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const Role before = TRY(own_role(tx, caller, id));
    TRY(require_seen(caller, before.version));
    TRY(require_rule_over(tx, caller, before));
    Role role = before;
    role.name = change.name.value_or(role.name);
    role.description = change.description.value_or(role.description);
    role.permissions = change.permissions.value_or(role.permissions);
    role.reach = change.reach.value_or(role.reach);
    role.rights = change.rights.value_or(role.rights);
    auto compiled = TRY(compile_rights(tx, caller, role.rights));
    TRY(require_rule_over(tx, caller, role));
    role.version = TRY(store::update_role(tx, managed(caller), {role, std::move(compiled)}));
    if (role.permissions != before.permissions || role.reach != before.reach)
      TRY(store::delete_sessions_of_role(tx, id));
    // Whoever could ask for a link ruled over the role as it was.
    if (gives_other_things(role, before)) TRY(store::delete_password_links_of_role(tx, id));
    TRY(write_audit(tx, caller, "role.update", role, Changes::between(shown(before), shown(role))));
    return Outcome{role, role.version, tx.now()};
  });
}

Result<void> delete_role(Context& context, const Caller& caller, RoleId id) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const Role role = TRY(own_role(tx, caller, id));
    TRY(require_seen(caller, role.version));
    TRY(require_rule_over(tx, caller, role));
    TRY(store::delete_role(tx, managed(caller), id));
    return write_audit(tx, caller, "role.delete", role, Changes::gone(shown(role)));
  });
}

}  // namespace claviger::service
