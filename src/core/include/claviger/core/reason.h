// Why a call was allowed or refused: the whole list, in the order in which decide() looks.
#pragma once

#include <cstdint>
#include <string_view>

namespace claviger::core {

/// The outcome of a decision. The default is a refusal.
enum class Reason : std::uint8_t {
  kUndecided = 0,  ///< no decision was computed: refused

  // The state at the gateway (docs/operations.md): 503.
  kStateUnavailable,  ///< no keyring, or one that is short, foreign, superseded or of another
                      ///< version
  kStateUnreadable,   ///< a record that the decision needs is torn or damaged
  kStateStale,        ///< older than the API's max_staleness
  kApiUnknown,        ///< the gateway's configuration names an API that the catalog does not have

  // Canonical form: 400.
  kPathNotCanonical,
  kMethodUnknown,
  kMethodOverridden,    ///< the query asks the upstream to read another method
  kCredentialRepeated,  ///< one carrier twice
  kCredentialsInTwoPlaces,

  // Credential and look-up: 401, all alike.
  kCredentialMissing,
  kCredentialUnknown,  ///< malformed, wrong checksum, wrong kind, or not in the keyring

  // State of the key and of all it names: 401.
  kKeyRevoked,
  kSecretRetired,  ///< a rotated key's old secret, after its overlap
  kKeyDisabled,
  kKeyNotYetValid,
  kKeyExpired,
  kApplicationInactive,
  kOwnerInactive,
  kMakerInactive,
  kOrganizationInactive,

  // Grant, endpoint, method, read-only, scopes: 403.
  kApiInactive,
  kApiNotGranted,
  kEndpointUnknown,
  kEndpointNotGranted,
  kKeyReadOnly,
  kScopeMissing,
  kMakerLacksRight,

  // IP allow-list: 403.
  kAddressNotAllowed,

  // Passed on.
  kAllowed,
  kPreflight,  ///< a CORS preflight that the API lets through, unmetered
};

inline constexpr std::uint8_t kReasonCount = static_cast<std::uint8_t>(Reason::kPreflight) + 1;

/// True for the two outcomes that pass the call on.
[[nodiscard]] constexpr bool is_allowed(Reason reason) {
  return reason == Reason::kAllowed || reason == Reason::kPreflight;
}

/// The stable word for logs, problem documents and clients: "key-expired".
[[nodiscard]] std::string_view to_string(Reason reason);

/// What was wrong and what to do, as a sentence for the caller who may know it.
[[nodiscard]] std::string_view explain(Reason reason);

/// The HTTP status of a refusal; 200 for what is allowed.
[[nodiscard]] int http_status(Reason reason);

}  // namespace claviger::core
