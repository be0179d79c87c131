// Access keys: issuing them and finding them. What becomes of them: key_life.h.
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

/// One secret of a key, without itself.
struct SecretView {
  core::SecretId id;
  core::KeyHint hint;
  Time created_at;
  Time not_after;
  bool revoked = true;
  std::optional<Time> last_used_at;  ///< as this host's gateway counted it
};

/// A key with what is computed for its readers.
struct KeyView {
  core::AccessKey key;
  core::KeyStatus status = core::KeyStatus::kRejected;
  std::optional<Time> last_used_at;                ///< as this host's gateway counted it
  std::optional<std::vector<SecretView>> secrets;  ///< not in lists
};

struct NewKey {
  core::ApplicationId application;
  std::string name;
  std::string description;
  core::Metadata metadata;
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
/// kLimitReached with as many keys as an application may have, active or not; kNotFound; kConflict
/// if the application is revoked.
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

}  // namespace claviger::service
