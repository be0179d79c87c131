#include "claviger/core/access_key.h"

#include <array>

#include <fmt/format.h>

namespace claviger::core {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"pending", "active", "disabled", "revoked",
                                                     "rejected"};
constexpr std::array<std::string_view, 6> kStatuses = {"pending", "active",  "disabled",
                                                       "expired", "revoked", "rejected"};
constexpr std::array<std::string_view, 6> kReasons = {"compromised", "superseded", "contract_ended",
                                                      "owner_left",  "api_defect", "other"};

template <class Enum, std::size_t kCount>
std::optional<Enum> find_name(const std::array<std::string_view, kCount>& names,
                              std::string_view text) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

tl::unexpected<Error> not_now(std::string_view verb, KeyStatus status) {
  return fail(
      Error::refused(ErrorCode::kConflict,
                     fmt::format("This key is {}, so it cannot be {}.", to_string(status), verb)));
}

}  // namespace

std::string_view to_string(KeyState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<KeyState> parse_key_state(std::string_view text) {
  return find_name<KeyState>(kStates, text);
}

std::string_view to_string(KeyStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<KeyStatus> parse_key_status(std::string_view text) {
  return find_name<KeyStatus>(kStatuses, text);
}

std::string_view to_string(RevokeReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

std::optional<RevokeReason> parse_revoke_reason(std::string_view text) {
  return find_name<RevokeReason>(kReasons, text);
}

KeyStatus status_at(const AccessKey& key, Time now) {
  switch (key.state) {
    case KeyState::kPending:
      return KeyStatus::kPending;
    case KeyState::kActive:
      return now >= key.expires_at ? KeyStatus::kExpired : KeyStatus::kActive;
    case KeyState::kDisabled:
      return now >= key.expires_at ? KeyStatus::kExpired : KeyStatus::kDisabled;
    case KeyState::kRevoked:
      return KeyStatus::kRevoked;
    case KeyState::kRejected:
      return KeyStatus::kRejected;
  }
  return KeyStatus::kRejected;
}

Result<KeyState> state_after(const AccessKey& key, KeyAction action, Time now) {
  const KeyStatus status = status_at(key, now);
  switch (action) {
    case KeyAction::kDisable:
      if (status != KeyStatus::kActive) return not_now("disabled", status);
      return KeyState::kDisabled;
    case KeyAction::kEnable:
      if (status != KeyStatus::kDisabled) return not_now("enabled", status);
      return KeyState::kActive;
    case KeyAction::kRevoke:
      if (status != KeyStatus::kActive && status != KeyStatus::kDisabled &&
          status != KeyStatus::kExpired)
        return not_now("revoked", status);
      return KeyState::kRevoked;
  }
  return not_now("changed", status);
}

}  // namespace claviger::core
