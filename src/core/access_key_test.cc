#include "claviger/core/access_key.h"

#include <array>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);
constexpr Microseconds kStep{1};

AccessKey key_in(KeyState state, Time expires_at = kEndOfTime) {
  AccessKey key;
  key.state = state;
  key.expires_at = expires_at;
  return key;
}

TEST(AccessKey, R3_ExpiryIsReadFromTheClockByEveryReader) {
  for (const KeyState state : {KeyState::kActive, KeyState::kDisabled}) {
    const AccessKey key = key_in(state, kNow);
    EXPECT_NE(status_at(key, kNow - kStep), KeyStatus::kExpired);
    EXPECT_EQ(status_at(key, kNow), KeyStatus::kExpired);
    EXPECT_EQ(status_at(key, kNow + kStep), KeyStatus::kExpired);
  }
}

TEST(AccessKey, WithoutAnExpiryAKeyNeverExpires) {
  const Time far = from_microseconds(253'402'300'799'000'000);  // the year 9999
  EXPECT_EQ(status_at(key_in(KeyState::kActive), far), KeyStatus::kActive);
}

TEST(AccessKey, WhatHasEndedOrNotBegunDoesNotExpire) {
  EXPECT_EQ(status_at(key_in(KeyState::kPending, kNow), kNow), KeyStatus::kPending);
  EXPECT_EQ(status_at(key_in(KeyState::kRevoked, kNow), kNow), KeyStatus::kRevoked);
  EXPECT_EQ(status_at(key_in(KeyState::kRejected, kNow), kNow), KeyStatus::kRejected);
}

TEST(AccessKey, AKeyThatNobodyFilledInIsRejected) {
  EXPECT_EQ(status_at(AccessKey{}, kNow), KeyStatus::kRejected);
}

struct Step {
  KeyState state;
  Time expires_at;
  KeyAction action;
  std::optional<KeyState> after;  ///< nullopt: refused
};

constexpr Time kLater = kNow + std::chrono::hours{1};
constexpr Time kEarlier = kNow - std::chrono::hours{1};

// The whole life cycle: every status with every action.
constexpr std::array<Step, 49> kLifeCycle = {{
    {KeyState::kPending, kLater, KeyAction::kDisable, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kEnable, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kRevoke, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kRenew, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kRotate, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kSucceed, std::nullopt},
    {KeyState::kPending, kLater, KeyAction::kDelete, std::nullopt},
    {KeyState::kActive, kLater, KeyAction::kDisable, KeyState::kDisabled},
    {KeyState::kActive, kLater, KeyAction::kEnable, std::nullopt},
    {KeyState::kActive, kLater, KeyAction::kRevoke, KeyState::kRevoked},
    {KeyState::kActive, kLater, KeyAction::kRenew, KeyState::kActive},
    {KeyState::kActive, kLater, KeyAction::kRotate, KeyState::kActive},
    {KeyState::kActive, kLater, KeyAction::kSucceed, KeyState::kActive},
    {KeyState::kActive, kLater, KeyAction::kDelete, std::nullopt},
    {KeyState::kDisabled, kLater, KeyAction::kDisable, std::nullopt},
    {KeyState::kDisabled, kLater, KeyAction::kEnable, KeyState::kActive},
    {KeyState::kDisabled, kLater, KeyAction::kRevoke, KeyState::kRevoked},
    {KeyState::kDisabled, kLater, KeyAction::kRenew, KeyState::kDisabled},
    {KeyState::kDisabled, kLater, KeyAction::kRotate, KeyState::kDisabled},
    {KeyState::kDisabled, kLater, KeyAction::kSucceed, std::nullopt},
    {KeyState::kDisabled, kLater, KeyAction::kDelete, std::nullopt},
    {KeyState::kActive, kEarlier, KeyAction::kDisable, std::nullopt},
    {KeyState::kActive, kEarlier, KeyAction::kEnable, std::nullopt},
    {KeyState::kActive, kEarlier, KeyAction::kRevoke, KeyState::kRevoked},
    {KeyState::kActive, kEarlier, KeyAction::kRenew, KeyState::kActive},
    {KeyState::kActive, kEarlier, KeyAction::kRotate, std::nullopt},
    {KeyState::kActive, kEarlier, KeyAction::kSucceed, std::nullopt},
    {KeyState::kActive, kEarlier, KeyAction::kDelete, std::nullopt},
    {KeyState::kDisabled, kEarlier, KeyAction::kDisable, std::nullopt},
    {KeyState::kDisabled, kEarlier, KeyAction::kEnable, std::nullopt},
    {KeyState::kDisabled, kEarlier, KeyAction::kRevoke, KeyState::kRevoked},
    {KeyState::kDisabled, kEarlier, KeyAction::kRenew, KeyState::kDisabled},
    {KeyState::kDisabled, kEarlier, KeyAction::kRotate, std::nullopt},
    {KeyState::kDisabled, kEarlier, KeyAction::kSucceed, std::nullopt},
    {KeyState::kDisabled, kEarlier, KeyAction::kDelete, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kDisable, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kEnable, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kRevoke, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kRenew, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kRotate, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kSucceed, std::nullopt},
    {KeyState::kRevoked, kLater, KeyAction::kDelete, KeyState::kRevoked},
    {KeyState::kRejected, kLater, KeyAction::kDisable, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kEnable, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kRevoke, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kRenew, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kRotate, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kSucceed, std::nullopt},
    {KeyState::kRejected, kLater, KeyAction::kDelete, KeyState::kRejected},
}};

TEST(AccessKey, EveryActionInEveryStatusGoesAsTheLifeCycleSays) {
  for (const Step& step : kLifeCycle) {
    const AccessKey key = key_in(step.state, step.expires_at);
    const Result<KeyState> after = state_after(key, step.action, kNow);
    const std::string what = std::string(to_string(status_at(key, kNow))) + ", action " +
                             std::to_string(static_cast<int>(step.action));
    ASSERT_EQ(after.has_value(), step.after.has_value()) << what;
    if (after) {
      EXPECT_EQ(*after, *step.after) << what;
    } else {
      EXPECT_EQ(after.error().code(), ErrorCode::kConflict) << what;
    }
  }
}

TEST(AccessKey, I4_NoActionLeadsOutOfRevoked) {
  for (const KeyAction action : {KeyAction::kDisable, KeyAction::kEnable, KeyAction::kRevoke,
                                 KeyAction::kRenew, KeyAction::kRotate, KeyAction::kSucceed})
    EXPECT_FALSE(state_after(key_in(KeyState::kRevoked), action, kNow).has_value());
}

TEST(AccessKey, ADisabledKeyThatExpiredCannotBeEnabled) {
  const auto after = state_after(key_in(KeyState::kDisabled, kNow), KeyAction::kEnable, kNow);
  ASSERT_FALSE(after.has_value());
  EXPECT_THAT(after.error().public_text().str(), testing::HasSubstr("expired"));
}

TEST(AccessKey, EveryNameIsReadBackAsItself) {
  for (const KeyState state : {KeyState::kPending, KeyState::kActive, KeyState::kDisabled,
                               KeyState::kRevoked, KeyState::kRejected})
    EXPECT_EQ(parse_key_state(to_string(state)), state);
  for (const KeyStatus status : {KeyStatus::kPending, KeyStatus::kActive, KeyStatus::kDisabled,
                                 KeyStatus::kExpired, KeyStatus::kRevoked, KeyStatus::kRejected})
    EXPECT_EQ(parse_key_status(to_string(status)), status);
  for (const RevokeReason reason :
       {RevokeReason::kCompromised, RevokeReason::kSuperseded, RevokeReason::kContractEnded,
        RevokeReason::kOwnerLeft, RevokeReason::kApiDefect, RevokeReason::kOther})
    EXPECT_EQ(parse_revoke_reason(to_string(reason)), reason);
  for (const std::string_view word : key_status_words())
    EXPECT_EQ(to_string(parse_key_status(word).value()), word);
  for (const std::string_view word : revoke_reason_words())
    EXPECT_EQ(to_string(parse_revoke_reason(word).value()), word);
  EXPECT_FALSE(parse_key_state("expired"));  // computed, never stored
  for (const std::string_view text : {"", "Active", "active ", "gone"}) {
    EXPECT_FALSE(parse_key_state(text));
    EXPECT_FALSE(parse_key_status(text));
    EXPECT_FALSE(parse_revoke_reason(text));
  }
}

TEST(AccessKey, OnlyAKeyWithAnExpiryThatIsNoTokenOfOauthCanBeRenewed) {
  EXPECT_TRUE(check_renewable(key_in(KeyState::kActive, kLater)).has_value());
  EXPECT_FALSE(check_renewable(key_in(KeyState::kActive)).has_value());
  for (const SecretKind kind : {SecretKind::kOauthAccessToken, SecretKind::kOauthRefreshToken}) {
    AccessKey token = key_in(KeyState::kActive, kLater);
    token.kind = kind;
    EXPECT_FALSE(check_renewable(token).has_value());
  }
}

}  // namespace
}  // namespace claviger::core
