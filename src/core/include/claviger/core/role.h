// Roles: named sets of permissions, and of rights on APIs. Some are predefined; organizations make
// others of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/time.h"
#include "claviger/core/api.h"
#include "claviger/core/ids.h"
#include "claviger/core/permission.h"
#include "claviger/core/version.h"

namespace claviger::core {

/// Where a role's permissions hold, seen from the organization of the user who has it.
enum class RoleReach : std::uint8_t {
  kOwnOrganization,
  kDescendants,  ///< and in all organizations below it
};

[[nodiscard]] std::string_view to_string(RoleReach reach);
[[nodiscard]] std::optional<RoleReach> parse_role_reach(std::string_view text);

struct Role {
  RoleId id;
  std::optional<OrganizationId> organization;  ///< whose it is; nullopt: predefined
  std::string name;                            ///< unique in its organization
  std::string description;
  PermissionSet permissions;
  RoleReach reach = RoleReach::kOwnOrganization;
  std::vector<NamedGrant> rights;  ///< on APIs, beside what consumption settings give
  Time created_at;
  Version version;
};

enum class PredefinedRole : std::uint8_t {
  kAdministrator,
  kOrganizationAdministrator,
  kAssetProvider,
  kAssetConsumer,
  kAuditor,
  kBillingManager,
  kOperator,
};

inline constexpr std::uint8_t kPredefinedRoleCount =
    static_cast<std::uint8_t>(PredefinedRole::kOperator) + 1;

/// The same in every installation.
[[nodiscard]] RoleId id_of(PredefinedRole role);

/// In the order of the enumeration.
[[nodiscard]] const std::vector<Role>& predefined_roles();

/// nullptr if no predefined role has that id or that name ("Organization Administrator").
[[nodiscard]] const Role* find_predefined_role(const RoleId& id);
[[nodiscard]] const Role* find_predefined_role(std::string_view name);

/// What a user's roles come to.
struct HeldPermissions {
  PermissionSet here;   ///< in the own organization
  PermissionSet below;  ///< in those below it; all of it is in `here` as well

  bool operator==(const HeldPermissions&) const = default;
};

[[nodiscard]] HeldPermissions permissions_of(std::span<const Role> roles);

}  // namespace claviger::core
