// Access keys: issuing them and finding them. What becomes of them: key_life.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/access_key.h"
#include "claviger/core/interval.h"
#include "claviger/keyring/counters.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"
#include "claviger/store/key_list.h"

namespace claviger::service {

/// One secret of a key, without itself.
struct SecretView {
  core::SecretId id;
  core::KeyHint hint;
  Time created_at;
  Time not_after;
  bool revoked = true;
  std::optional<keyring::LastUse> last_use;  ///< as this host's gateway counted it
};

/// A key with what is computed for its readers.
struct KeyView {
  core::AccessKey key;
  core::KeyStatus status = core::KeyStatus::kRejected;
  std::optional<keyring::LastUse> last_use;        ///< as this host's gateway counted it
  std::optional<std::vector<SecretView>> secrets;  ///< not in lists
};

/// When a key ends: at a moment, or an interval from now; neither: never.
struct NewExpiry {
  std::optional<Time> at;
  std::optional<core::Interval> in;
};

struct NewKey {
  core::ApplicationId application;
  std::string name;
  std::string description;
  core::Metadata metadata;
  std::vector<core::NamedGrant> grants;
  std::vector<std::string> scopes;
  core::ServiceClasses classes = core::ServiceClasses::all();
  bool read_only = false;
  std::optional<NewExpiry> expiry;  ///< nullopt: the shortest default of the APIs
  std::optional<Time> not_before;
  std::optional<std::vector<core::Network>> allowed_ips;
};

struct IssuedKey {
  KeyView view;
  Secret secret;  ///< shown once: here
  std::vector<std::string> warnings;
};

/// Needs "Create access keys for my application" (or "… for any application"). Errors:
/// kInvalidInput naming each grant beyond the caller's rights (of a key that calls: beyond its own
/// grants as well), and each API that stands twice;
/// kLimitReached with as many keys as an application may have, active or not; kNotFound; kConflict
/// if the application is revoked.
Result<IssuedKey> issue_key(Context& context, const Caller& caller, const NewKey& wanted);

using store::Direction;
using store::KeyCounts;
using store::KeyFilter;
using store::KeyOrder;
using store::KeyPage;
using store::KeyPosition;
using store::position_of;

/// Needs "View access keys for my applications" (or "… for any application"); what the caller may
/// not see is not there. Within an application, revoked keys are left out unless asked for.
Result<KeyView> get_key(Context& context, const Caller& caller, core::KeyId id);
Result<Listed<KeyView>> list_keys(Context& context, const Caller& caller, KeyFilter filter,
                                  const KeyPage& page);

/// How many keys have each status; of the filter, application and owner count.
Result<KeyCounts> count_keys(Context& context, const Caller& caller, KeyFilter filter);

}  // namespace claviger::service
