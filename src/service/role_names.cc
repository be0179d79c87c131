#include "role_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"

namespace claviger::service {
namespace {

using core::OrganizationId;
using core::Role;

Fault no_such_role(std::string pointer, std::string_view name) {
  return {std::move(pointer), "unknown-role",
          PublicText(fmt::format("There is no role \"{}\".", name))};
}

/// The organizations from this one up to `top`.
Result<std::vector<OrganizationId>> line_between(const store::ReadTransaction& tx,
                                                 OrganizationId organization, OrganizationId top) {
  std::vector<OrganizationId> line = {organization};
  while (line.back() != top) {
    const auto present = TRY(store::get_organization(tx, store::AllTenants{}, line.back()));
    if (!present.parent) return std::vector{organization};
    line.push_back(*present.parent);
  }
  return line;
}

/// A predefined one, or one of an organization of the line.
Result<std::optional<Role>> look_along(const store::ReadTransaction& tx,
                                       const std::vector<OrganizationId>& line,
                                       std::string_view name) {
  if (const Role* role = core::find_predefined_role(name)) return std::optional(*role);
  const auto id = core::RoleId::parse(name);
  for (const OrganizationId& organization : line) {
    auto role = id ? TRY(store::find_role(tx, organization, *id))
                   : TRY(store::find_role(tx, organization, name));
    if (role) return role;
  }
  return std::optional<Role>();
}

/// By its id or its name.
std::optional<Role> look_among(const std::vector<Role>& roles, std::string_view name) {
  const auto found = std::find_if(roles.begin(), roles.end(), [&](const Role& role) {
    return role.name == name || role.id.str() == name;
  });
  return found == roles.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<Role> find_role(const store::ReadTransaction& tx, const Caller& caller,
                       std::string_view name) {
  if (const auto id = core::RoleId::parse(name))
    return store::get_role(tx, scope_of(caller.principal, core::Permission::kViewUsers), *id);
  auto role = TRY(look_along(tx, {caller.principal.organization}, name));
  if (!role) return fail(Error::invalid({no_such_role("role", name)}));
  return *std::move(role);
}

Result<std::vector<Role>> find_roles(const store::ReadTransaction& tx, const Caller& caller,
                                     OrganizationId organization, const std::vector<Role>& held,
                                     const std::vector<std::string>& names) {
  const auto line = TRY(line_between(tx, organization, caller.principal.organization));
  std::vector<Role> roles;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto role = look_among(held, names[i]);
    if (!role) role = TRY(look_along(tx, line, names[i]));
    if (!role)
      faults.push_back(no_such_role(fmt::format("/roles/{}", i), names[i]));
    else if (!look_among(roles, role->id.str()))
      roles.push_back(*std::move(role));
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return roles;
}

std::vector<core::RoleId> ids_of(const std::vector<Role>& roles) {
  std::vector<core::RoleId> ids;
  for (const core::Role& role : roles) ids.push_back(role.id);
  return ids;
}

}  // namespace claviger::service
