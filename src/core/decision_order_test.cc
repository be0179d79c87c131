// The order in which decide() looks: of several things that are wrong, it names the first.
#include "test_call.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

struct Mend {
  Reason reason;  ///< given as long as this is not mended, and all before it is
  std::function<void(Call&)> mend;
};

void activate(auto& found) {
  TestState::set_standing(found, Standing::kActive);
}

void mend_key(Call& call, auto apply) {
  TestState::change(call.state.the_key, apply);
}

/// Everything that can be wrong with a call and its state, in the order of the list of reasons.
std::vector<Mend> everything_wrong() {
  const auto headers = [](std::size_t count) {
    return [count](Call& call) { call.headers.resize(count); };
  };
  return {
      {Reason::kStateUnavailable, [](Call& call) { call.state.fresh = TestState::kNow; }},
      {Reason::kApiUnknown, [](Call& call) { call.api = "fleet"; }},
      {Reason::kStateStale, [](Call& call) { call.now = TestState::kNow; }},
      {Reason::kPathNotCanonical, [](Call& call) { call.target = "/nothing?_method=PUT"; }},
      {Reason::kMethodUnknown, [](Call& call) { call.method = "PUT"; }},
      {Reason::kMethodOverridden, [](Call& call) { call.target = "/nothing"; }},
      {Reason::kCredentialRepeated, headers(1)},
      {Reason::kCredentialsInTwoPlaces, headers(0)},
      {Reason::kCredentialMissing, [](Call& call) { call.authorization = "Bearer unknown"; }},
      {Reason::kCredentialUnknown,
       [](Call& call) { call.authorization = "Bearer " + call.state.text(); }},
      {Reason::kKeyRevoked,
       [](Call& call) {
         TestState::change(call.state.the_secret, [](SecretFacts& it) { it.revoked = false; });
       }},
      {Reason::kSecretRetired,
       [](Call& call) {
         TestState::change(call.state.the_secret,
                           [](SecretFacts& it) { it.not_after = kEndOfTime; });
       }},
      {Reason::kKeyDisabled, [](Call& call) { activate(call.state.the_key); }},
      {Reason::kKeyNotYetValid,
       [](Call& call) { mend_key(call, [](KeyFacts& key) { key.not_before = kStartOfTime; }); }},
      {Reason::kKeyExpired,
       [](Call& call) { mend_key(call, [](KeyFacts& key) { key.expires_at = kEndOfTime; }); }},
      {Reason::kApplicationInactive, [](Call& call) { activate(call.state.the_application); }},
      {Reason::kOwnerInactive, [](Call& call) { activate(call.state.owner); }},
      {Reason::kMakerInactive, [](Call& call) { activate(call.state.maker); }},
      {Reason::kOrganizationInactive, [](Call& call) { activate(call.state.the_organization); }},
      {Reason::kApiInactive, [](Call& call) { activate(call.state.fleet); }},
      {Reason::kApiNotGranted,
       [](Call& call) {
         Grant none = TestState::everything();
         none.methods = {};
         none.scopes = {};
         call.state.set_grants({none});
       }},
      {Reason::kEndpointUnknown, [](Call& call) { call.target = "/devices/42"; }},
      {Reason::kEndpointNotGranted,
       [](Call& call) {
         Grant no_scope = TestState::everything();
         no_scope.scopes = {};
         call.state.set_grants({no_scope});
       }},
      {Reason::kKeyReadOnly,
       [](Call& call) { mend_key(call, [](KeyFacts& key) { key.read_only = false; }); }},
      {Reason::kScopeMissing, [](Call& call) { call.state.set_grants({TestState::everything()}); }},
      {Reason::kMakerLacksRight,
       [](Call& call) { call.state.set_rights({TestState::everything()}); }},
      {Reason::kAddressNotAllowed,
       [](Call& call) { call.state.set_networks({Network::parse("::/0").value()}); }},
  };
}

/// A call with which everything is wrong at once.
void spoil_everything(Call& call) {
  TestState& state = call.state;
  state.fresh = Found<Time>::absent();
  call.api = "ghost";
  call.now = TestState::kNow + std::chrono::hours{1};
  call.target = "/nothing//?_method=PUT";
  call.method = "put";
  call.headers = {{{HeaderRole::kCarrier, Carrier::kXApiKey}, "x"},
                  {{HeaderRole::kCarrier, Carrier::kXApiKey}, "x"}};
  call.authorization = "Bearer";
  TestState::change(state.fleet, [](ApiFacts& api) {
    api.standing = Standing::kInactive;
    api.carriers = api.carriers.with(Carrier::kXApiKey);
  });
  state.the_secret = SecretFacts{.key = KeyRef{1}, .revoked = true, .not_after = TestState::kNow};
  TestState::change(state.the_key, [](KeyFacts& key) {
    key.standing = Standing::kInactive;
    key.not_before = kEndOfTime;
    key.expires_at = kStartOfTime;
    key.read_only = true;
  });
  TestState::set_standing(state.the_application, Standing::kInactive);
  TestState::set_standing(state.owner, Standing::kInactive);
  TestState::set_standing(state.maker, Standing::kInactive);
  TestState::set_standing(state.the_organization, Standing::kInactive);
  state.set_grants({});
  state.set_rights({});
  state.set_networks({});
}

TEST(DecisionOrder, ReasonsComeInTheOrderOfTheirList) {
  Call call;
  spoil_everything(call);
  for (const Mend& next : everything_wrong()) {
    EXPECT_EQ(call.reason(), next.reason) << "instead of " << to_string(next.reason);
    next.mend(call);
  }
  EXPECT_EQ(call.reason(), Reason::kAllowed);
}

TEST(DecisionOrder, TheOrderLeavesOutNoReasonThatAWholeStateCanGive) {
  std::vector<Reason> mended;
  for (const Mend& next : everything_wrong()) mended.push_back(next.reason);
  for (std::uint8_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const bool stands_apart =
        reason == Reason::kUndecided || reason == Reason::kStateUnreadable || is_allowed(reason);
    EXPECT_EQ(testing::Value(mended, testing::Contains(reason)), !stands_apart)
        << to_string(reason);
  }
}

}  // namespace
}  // namespace claviger::core
