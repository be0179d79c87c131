// Whose rows a statement may touch (docs/threats.md, I7).
#pragma once

#include <cstdint>
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

/// The rows of an organization and of all that lie below it.
struct TreeScope {
  core::OrganizationId top;
};

/// The rows of every organization: for those whose permission holds from the first organization
/// down, and for what the gateways are told. Written out wherever it is used, so that a search
/// finds each place.
struct AllTenants {};

/// One of the three, and made of it without a word. None is the default.
class Scope {
 public:
  enum class Extent : std::uint8_t { kOne, kTree, kAll };

  explicit(false) Scope(const TenantScope& tenant)
      : extent_(Extent::kOne), organization_(tenant.organization) {}

  explicit(false) Scope(const TreeScope& tree) : extent_(Extent::kTree), organization_(tree.top) {}

  explicit(false) Scope(AllTenants) : extent_(Extent::kAll) {}

  [[nodiscard]] Extent extent() const { return extent_; }

  /// The one organization or the top of the tree; only if extent() is not kAll.
  [[nodiscard]] const core::OrganizationId& organization() const { return organization_; }

 private:
  Extent extent_;
  core::OrganizationId organization_;
};

}  // namespace claviger::store
