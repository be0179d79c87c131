// Access keys: finding them, issuing them, and stopping them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/access_key.h"
#include "claviger/core/interval.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// A key with what is computed for its readers.
struct KeyView {
  core::AccessKey key;
  core::KeyStatus status = core::KeyStatus::kRejected;
  std::optional<Time> last_used_at;  ///< as this host's gateway counted it
};

struct NewKey {
  core::ApplicationId application;
  std::string name;
  std::string description;
  std::vector<core::NamedGrant> grants;
  std::vector<std::string> scopes;
  bool read_only = false;
  std::optional<Time> expires_at;            ///< a moment …
  std::optional<core::Interval> expires_in;  ///< … or an interval from now; neither: never
  std::optional<Time> not_before;
  std::optional<std::vector<core::Network>> allowed_ips;
};

struct IssuedKey {
  KeyView view;
  Secret secret;  ///< shown once: here
  std::vector<std::string> warnings;
};

/// Needs "Create access keys for my application" (or "… for any application"). Errors:
/// kInvalidInput naming each grant beyond the caller's rights, and each API that stands twice;
/// kLimitReached with as many active
/// keys as an application may have; kNotFound; kConflict if the application is revoked.
Result<IssuedKey> issue_key(Context& context, const Caller& caller, const NewKey& wanted);

struct KeyFilter {
  std::optional<core::ApplicationId> application;
  std::optional<core::KeyStatus> status;
};

/// Needs "View access keys for my applications" (or "… for any application"); what the caller may
/// not see is not there. Within an application, revoked keys are left out unless asked for.
Result<KeyView> get_key(Context& context, const Caller& caller, core::KeyId id);
Result<Listed<KeyView>> list_keys(Context& context, const Caller& caller, const KeyFilter& filter,
                                  const Page<core::KeyId>& page);

struct Revocation {
  core::RevokeReason reason = core::RevokeReason::kOther;
  std::string comment;
};

/// Needs "Revoke access keys for my applications" (or "… for any application"). Final.
/// Errors: kNotFound; kConflict if the key is revoked already.
Result<Changed<KeyView>> revoke_key(Context& context, const Caller& caller, core::KeyId id,
                                    const Revocation& revocation);

/// The same permission as revoking. Errors: kNotFound; kConflict if the key's status forbids it.
Result<Changed<KeyView>> disable_key(Context& context, const Caller& caller, core::KeyId id);
Result<Changed<KeyView>> enable_key(Context& context, const Caller& caller, core::KeyId id);

}  // namespace claviger::service
