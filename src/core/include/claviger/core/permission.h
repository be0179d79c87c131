// Permissions: what people, and the keys that they make for the management API, may do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace claviger::core {

/// The first twelve are the product's public names, exactly. "Any" means of the organization, "my"
/// of applications that I made or took over. The others rule what the twelve do not name.
enum class Permission : std::uint8_t {
  kViewApplications,
  kCreateApplication,
  kEditApplication,
  kRevokeApplication,
  kViewKeysOfAny,
  kViewKeysOfMine,
  kCreateKeysForAny,
  kCreateKeysForMine,
  kEditKeysOfAny,
  kEditKeysOfMine,
  kRevokeKeysOfAny,
  kRevokeKeysOfMine,
  kRestrictKeysOfAny,  ///< the allow-list of addresses, which Edit does not reach
  kRestrictKeysOfMine,
  kManageAssets,  ///< "Manage Assets": APIs of the own organization and of all below it
  kModifyAssets,  ///< "Modify Assets": APIs of the own organization
  kViewUsers,
  kManageUsers,
  kManageRoles,
  kManageOrganizations,
  kViewGateways,
  kViewAudit,
};

inline constexpr std::uint8_t kPermissionCount =
    static_cast<std::uint8_t>(Permission::kViewAudit) + 1;

/// The permission's public name: "Create access keys for my application".
[[nodiscard]] std::string_view to_string(Permission permission);

/// The scope that stands for it in the grants of keys on the management API: "my-keys:create".
[[nodiscard]] std::string_view scope_of(Permission permission);

/// Reads exactly what to_string() or scope_of() writes.
[[nodiscard]] std::optional<Permission> parse_permission(std::string_view text);

/// A set of permissions, closed under inclusion: Create, Edit and Revoke application each bring
/// View applications; "any" brings "my"; Manage Assets brings Modify Assets. Empty by default.
class PermissionSet {
 public:
  constexpr PermissionSet() = default;

  [[nodiscard]] PermissionSet with(Permission permission) const;

  [[nodiscard]] constexpr bool contains(Permission permission) const {
    return (bits_ >> static_cast<unsigned>(permission) & 1U) != 0;
  }

  friend constexpr PermissionSet operator|(PermissionSet a, PermissionSet b) {
    PermissionSet both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }

  friend constexpr PermissionSet operator&(PermissionSet a, PermissionSet b) {
    PermissionSet both;
    both.bits_ = a.bits_ & b.bits_;
    return both;
  }

  constexpr bool operator==(const PermissionSet&) const = default;

  /// Every permission that there is.
  [[nodiscard]] static PermissionSet all();

  [[nodiscard]] std::vector<Permission> list() const;

 private:
  std::uint64_t bits_ = 0;
};

/// Who manages the APIs of an organization holds every right on them.
[[nodiscard]] bool manages_apis(PermissionSet permissions);

}  // namespace claviger::core
