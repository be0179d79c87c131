// Access keys and their life cycle.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/api.h"
#include "claviger/core/ids.h"
#include "claviger/core/key_text.h"
#include "claviger/core/network.h"
#include "claviger/core/service_class.h"
#include "claviger/core/version.h"

namespace claviger::core {

/// What is stored. "Expired" is not: every reader computes it from the clock (status_at()).
enum class KeyState : std::uint8_t { kPending, kActive, kDisabled, kRevoked, kRejected };

/// What users see.
enum class KeyStatus : std::uint8_t { kPending, kActive, kDisabled, kExpired, kRevoked, kRejected };

[[nodiscard]] std::string_view to_string(KeyState state);
[[nodiscard]] std::optional<KeyState> parse_key_state(std::string_view text);
[[nodiscard]] std::string_view to_string(KeyStatus status);
[[nodiscard]] std::optional<KeyStatus> parse_key_status(std::string_view text);

/// Every word that parse_key_status() reads, in the order of the enumeration.
[[nodiscard]] std::initializer_list<std::string_view> key_status_words();

enum class RevokeReason : std::uint8_t {
  kCompromised,
  kSuperseded,
  kContractEnded,
  kOwnerLeft,
  kApiDefect,
  kOther,
};

[[nodiscard]] std::string_view to_string(RevokeReason reason);
[[nodiscard]] std::optional<RevokeReason> parse_revoke_reason(std::string_view text);

/// Every word that parse_revoke_reason() reads, in the order of the enumeration.
[[nodiscard]] std::initializer_list<std::string_view> revoke_reason_words();

/// One secret of a key; a rotated key has two for the time of the overlap.
struct KeySecret {
  Digest digest{};
  Time not_after = kEndOfTime;  ///< first moment at which it is no longer valid
};

/// A secret's name, by which it can be pointed at without being shown: the first half of its
/// digest.
[[nodiscard]] SecretId secret_id_of(const Digest& digest);

/// How many secrets of one key work at the same time: the one that a rotation made, and the one
/// before it.
inline constexpr std::size_t kMaxLiveSecrets = 2;

/// What a key's users write on it for themselves. It decides nothing.
using Metadata = std::map<std::string, std::string, std::less<>>;
inline constexpr std::size_t kMaxMetadataEntries = 50;

struct AccessKey {
  KeyId id;
  OrganizationId organization;
  ApplicationId application;
  UserId maker;
  SecretKind kind = SecretKind::kAccessKey;
  std::string name;
  std::string description;
  KeyHint hint;
  std::vector<NamedGrant> grants;
  std::vector<std::string> scopes;     ///< added to every grant whose API knows them
  std::vector<std::string> withdrawn;  ///< APIs in `grants` whose providers took them away
  ServiceClasses classes;
  Metadata metadata;
  bool read_only = false;
  Time not_before = kStartOfTime;
  Time expires_at =
      kEndOfTime;  ///< first moment at which it is no longer valid; end of time: never
  std::optional<std::vector<Network>> allowed_ips;  ///< nullopt: from anywhere
  KeyState state = KeyState::kRejected;
  Time created_at;
  std::optional<Time> revoked_at;
  std::optional<RevokeReason> revoke_reason;
  std::string revoke_comment;
  std::optional<KeyId> predecessor;
  std::optional<KeyId> successor;
  /// Of a personal access token: the number that other systems' contracts know it by.
  std::optional<std::int64_t> login_number;
  Version version;
};

/// True if the provider of the API took the key's grant on it away.
[[nodiscard]] bool is_withdrawn(const AccessKey& key, std::string_view api);

/// The status that a reader of the clock sees.
[[nodiscard]] KeyStatus status_at(const AccessKey& key, Time now);

enum class KeyAction : std::uint8_t {
  kDisable,
  kEnable,
  kRevoke,
  kRenew,    ///< a new expiry for the same secrets
  kRotate,   ///< a new secret for the same key
  kSucceed,  ///< another key takes this one's place
  kDelete,
};

/// The state after an action; of a deletion, the one that it is deleted in. Errors: kConflict with
/// the reason, if the key's status does not allow it: a revocation is final, only what is disabled
/// can be enabled, and only what is revoked or rejected can be deleted (ARCHITECTURE.md,
/// "The life of a key").
[[nodiscard]] Result<KeyState> state_after(const AccessKey& key, KeyAction action, Time now);

/// Refuses what is not to be renewed: a key without an expiry, and a token of OAuth, whose client
/// takes another one. Errors: kConflict.
[[nodiscard]] Result<void> check_renewable(const AccessKey& key);

}  // namespace claviger::core
