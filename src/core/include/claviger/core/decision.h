// The decision: may this call pass? One pure function, and everything that enforces calls it.
#pragma once

#include <string_view>

#include "claviger/base/digest.h"
#include "claviger/base/id.h"
#include "claviger/base/time.h"
#include "claviger/core/canonical_request.h"
#include "claviger/core/grant.h"
#include "claviger/core/ids.h"
#include "claviger/core/reason.h"
#include "claviger/core/scope_set.h"
#include "claviger/core/state_view.h"

namespace claviger::core {

/// What was decided. A Decision that nobody computed is a refusal.
struct Decision {
  Reason reason = Reason::kUndecided;
  /// The caller presented a full valid secret, and may learn the reason. Everyone else gets one
  /// uniform answer (docs/threats.md, I16).
  bool caller_is_known = false;
  Carrier carrier{};  ///< of the credential, if one was presented
  Uuid key;           ///< nil unless caller_is_known
  SecretId secret;    ///< which of the key's secrets it was; nil unless caller_is_known
  Uuid application;   ///< these three are nil until what stands behind the key was read
  Uuid organization;
  Uuid user;  ///< the key's maker
  ApiNumber api{};
  EndpointNumber endpoint{};  ///< if one matched
  ScopeSet scopes;            ///< held by key and maker both, on this API; if allowed

  [[nodiscard]] bool allowed() const { return is_allowed(reason); }
};

/// Decides one call to the API of that name, in the order of ARCHITECTURE.md, "The life of a call".
/// No I/O, no allocation, no cache: the same arguments give the same decision.
[[nodiscard]] Decision decide(const RawRequest& raw, std::string_view api_name,
                              const StateView& state, Time now, Sha256& sha256);

}  // namespace claviger::core
