// What a key can give that calls the management API for its maker: nothing beyond itself
// (docs/threats.md, I6). Private to the service module.
#pragma once

#include <optional>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/core/api.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

class KeyCeiling {
 public:
  /// nullopt if a person calls. Errors: kNotFound if the key has gone since.
  static Result<std::optional<KeyCeiling>> of(const store::ReadTransaction& tx,
                                              const Caller& caller);

  /// The key's maker with all permissions, where the caller has those alone that the key's scopes
  /// name: what else the maker may do on APIs, the key may give as far as its grants go.
  [[nodiscard]] const core::Principal& maker() const { return maker_; }

  /// What a grant holds beyond the key's own; empty if nothing.
  [[nodiscard]] std::vector<Fault> excess_of(const core::Grant& asked, const core::Api& api,
                                             const std::string& pointer) const;

  /// Refuses classes that the key does not have. Errors: kInvalidInput.
  [[nodiscard]] Result<void> require_classes(core::ServiceClasses classes) const;

  /// Refuses an end behind the key's own. Errors: kInvalidInput.
  [[nodiscard]] Result<void> require_end(Time expires_at) const;

  /// Refuses addresses outside the key's own. Errors: kInvalidInput.
  [[nodiscard]] Result<void> require_networks(
      const std::optional<std::vector<core::Network>>& networks) const;

 private:
  KeyCeiling(core::AccessKey key, std::vector<core::Grant> grants, core::Principal caller,
             core::Principal maker)
      : key_(std::move(key)),
        grants_(std::move(grants)),
        caller_(std::move(caller)),
        maker_(std::move(maker)) {}

  core::AccessKey key_;
  std::vector<core::Grant> grants_;
  core::Principal caller_;
  core::Principal maker_;
};

/// Whoever strengthens a key (a new secret, a later end, active again, more addresses) reaches as
/// far without it: a person who did not make it, and a key that calls for somebody; and neither
/// does it to a personal access token of another (docs/threats.md, Z01). Errors: kPermissionDenied;
/// kInvalidInput, naming what is beyond the caller.
[[nodiscard]] Result<void> require_reach(const store::ReadTransaction& tx, const Caller& caller,
                                         const core::AccessKey& key);

}  // namespace claviger::service
