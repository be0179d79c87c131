// Whose rows a statement may touch (docs/threats.md, I7).
#pragma once

#include <optional>

#include "claviger/core/ids.h"
#include "claviger/core/user.h"

namespace claviger::store {

/// The rows of one organization. Rows of any other look absent.
struct TenantScope {
  core::OrganizationId organization;

  /// The organization of whoever acts, as their credential says.
  static TenantScope of(const core::Principal& principal) { return {principal.organization}; }
};

/// The rows of every organization: for those who hold a platform-wide permission, and for what the
/// gateways are told. Written out wherever it is used, so that a search finds each place.
struct AllTenants {};

/// One of the two, and made of it without a word. Neither is the default.
class Scope {
 public:
  explicit(false) Scope(const TenantScope& tenant) : organization_(tenant.organization) {}

  explicit(false) Scope(AllTenants) {}

  /// The one organization; nullopt for all of them.
  [[nodiscard]] const std::optional<core::OrganizationId>& organization() const {
    return organization_;
  }

  [[nodiscard]] bool contains(const core::OrganizationId& organization) const {
    return !organization_ || *organization_ == organization;
  }

 private:
  std::optional<core::OrganizationId> organization_;
};

}  // namespace claviger::store
