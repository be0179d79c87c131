#include "claviger/core/access_key.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace claviger::core {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerations. Lists and not arrays: readers of choices take them as they are.
using Words = std::initializer_list<std::string_view>;
constexpr Words kStates = {"pending"sv, "active"sv, "disabled"sv, "revoked"sv, "rejected"sv};
constexpr Words kStatuses = {"pending"sv, "active"sv,  "disabled"sv,
                             "expired"sv, "revoked"sv, "rejected"sv};
constexpr Words kReasons = {"compromised"sv, "superseded"sv, "contract_ended"sv,
                            "owner_left"sv,  "api_defect"sv, "other"sv};

template <class Enum>
std::string_view word_of(Words words, Enum value) {
  return words.begin()[static_cast<std::size_t>(value)];
}

template <class Enum>
std::optional<Enum> find_word(Words words, std::string_view text) {
  const auto* const found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

tl::unexpected<Error> not_now(std::string_view verb, KeyStatus status) {
  return fail(
      Error::refused(ErrorCode::kConflict,
                     fmt::format("This key is {}, so it cannot be {}.", to_string(status), verb)));
}

}  // namespace

std::string_view to_string(KeyState state) {
  return word_of(kStates, state);
}

std::optional<KeyState> parse_key_state(std::string_view text) {
  return find_word<KeyState>(kStates, text);
}

std::string_view to_string(KeyStatus status) {
  return word_of(kStatuses, status);
}

std::optional<KeyStatus> parse_key_status(std::string_view text) {
  return find_word<KeyStatus>(kStatuses, text);
}

std::initializer_list<std::string_view> key_status_words() {
  return kStatuses;
}

std::string_view to_string(RevokeReason reason) {
  return word_of(kReasons, reason);
}

std::optional<RevokeReason> parse_revoke_reason(std::string_view text) {
  return find_word<RevokeReason>(kReasons, text);
}

std::initializer_list<std::string_view> revoke_reason_words() {
  return kReasons;
}

bool is_withdrawn(const AccessKey& key, std::string_view api) {
  return std::find(key.withdrawn.begin(), key.withdrawn.end(), api) != key.withdrawn.end();
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
  const auto is = [status](auto... these) { return ((status == these) || ...); };
  using enum KeyStatus;
  switch (action) {
    case KeyAction::kDisable:
      if (!is(kActive)) return not_now("disabled", status);
      return KeyState::kDisabled;
    case KeyAction::kEnable:
      if (!is(kDisabled)) return not_now("enabled", status);
      return KeyState::kActive;
    case KeyAction::kRevoke:
      if (!is(kActive, kDisabled, kExpired)) return not_now("revoked", status);
      return KeyState::kRevoked;
    case KeyAction::kRenew:
      if (!is(kActive, kDisabled, kExpired)) return not_now("renewed", status);
      return key.state;
    case KeyAction::kRotate:
      if (!is(kActive, kDisabled)) return not_now("given a new secret", status);
      return key.state;
    case KeyAction::kSucceed:
      if (!is(kActive)) return not_now("given a successor", status);
      return key.state;
    case KeyAction::kDelete:
      if (!is(kRevoked, kRejected)) return not_now("deleted; revoke it first", status);
      return key.state;
  }
  return not_now("changed", status);
}

Result<void> check_renewable(const AccessKey& key) {
  if (key.kind == SecretKind::kOauthAccessToken || key.kind == SecretKind::kOauthRefreshToken)
    return fail(Error::refused(ErrorCode::kConflict,
                               "A token of OAuth cannot be renewed. Its client asks for another."));
  if (key.expires_at == kEndOfTime)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This key never expires, so there is nothing to renew."));
  return {};
}

SecretId secret_id_of(const Digest& digest) {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), digest.data(), uuid.bytes.size());
  return SecretId(uuid);
}

}  // namespace claviger::core
