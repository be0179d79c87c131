#include "role_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"

namespace claviger::service {
namespace {

Fault no_such_role(std::string_view name) {
  return {"/roles", "unknown-role", PublicText(fmt::format("There is no role \"{}\".", name))};
}

/// The organization and those above it, the nearest first.
Result<std::vector<core::OrganizationId>> upwards(const store::ReadTransaction& tx,
                                                  core::OrganizationId organization) {
  std::vector<core::OrganizationId> line = {organization};
  while (true) {
    const auto present = TRY(store::get_organization(tx, store::AllTenants{}, line.back()));
    if (!present.parent) return line;
    line.push_back(*present.parent);
  }
}

Result<std::optional<core::Role>> look_for(const store::ReadTransaction& tx,
                                           const std::vector<core::OrganizationId>& line,
                                           std::string_view name) {
  if (const core::Role* role = core::find_predefined_role(name)) return std::optional(*role);
  if (const auto id = core::RoleId::parse(name)) {
    auto role = store::get_role(tx, store::AllTenants{}, *id);
    if (!role) return std::optional<core::Role>();
    const bool is_usable = !role->organization ||
                           std::find(line.begin(), line.end(), *role->organization) != line.end();
    return is_usable ? std::optional(*std::move(role)) : std::nullopt;
  }
  for (const core::OrganizationId& organization : line) {
    auto role = TRY(store::find_role(tx, organization, name));
    if (role) return role;
  }
  return std::optional<core::Role>();
}

}  // namespace

Result<core::Role> find_role(const store::ReadTransaction& tx, core::OrganizationId organization,
                             std::string_view name) {
  const auto line = TRY(upwards(tx, organization));
  auto role = TRY(look_for(tx, line, name));
  if (!role) return fail(Error::invalid({no_such_role(name)}));
  return *std::move(role);
}

Result<std::vector<core::Role>> find_roles(const store::ReadTransaction& tx,
                                           core::OrganizationId organization,
                                           const std::vector<std::string>& names) {
  const auto line = TRY(upwards(tx, organization));
  std::vector<core::Role> roles;
  std::vector<Fault> faults;
  for (const std::string& name : names) {
    auto role = TRY(look_for(tx, line, name));
    if (!role) {
      faults.push_back(no_such_role(name));
      continue;
    }
    const bool is_new = std::none_of(roles.begin(), roles.end(),
                                     [&](const core::Role& known) { return known.id == role->id; });
    if (is_new) roles.push_back(*std::move(role));
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return roles;
}

std::vector<core::RoleId> ids_of(const std::vector<core::Role>& roles) {
  std::vector<core::RoleId> ids;
  for (const core::Role& role : roles) ids.push_back(role.id);
  return ids;
}

}  // namespace claviger::service
