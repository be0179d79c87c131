#include "claviger/core/decision.h"

#include "allocation_count.h"
#include "test_call.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr Microseconds kStep{1};

/// Presents `text`, which is the key's secret, instead of the one that the state began with.
Reason reason_for_secret(const std::string& text) {
  Call call;
  call.state.set_text(text);
  call.authorization = "Bearer " + text;
  return call.reason();
}

TEST(Decision, OneThatNobodyComputedIsADenial) {
  const Decision decision;
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(decision.reason, Reason::kUndecided);
  EXPECT_FALSE(decision.caller_is_known);
  EXPECT_EQ(decision.scopes, ScopeSet{});
}

TEST(Decision, AnAllowedCallSaysWhoCallsWhat) {
  Call call;
  const Decision decision = call.decided();
  EXPECT_EQ(decision.reason, Reason::kAllowed);
  EXPECT_TRUE(decision.allowed());
  EXPECT_TRUE(decision.caller_is_known);
  EXPECT_EQ(decision.carrier, Carrier::kAuthorization);
  EXPECT_EQ(decision.key, TestState::uuid(2));
  EXPECT_EQ(decision.application, TestState::uuid(3));
  EXPECT_EQ(decision.user, TestState::uuid(4));
  EXPECT_EQ(decision.organization, TestState::uuid(6));
  EXPECT_EQ(decision.api, TestState::kApi);
  EXPECT_EQ(decision.endpoint, TestState::kReadDevice);
  EXPECT_EQ(decision.scopes, TestState::everything().scopes);
}

TEST(Decision, TheSameCallIsDecidedAlikeAgainAndAgain) {
  Call call;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call.reason(), Reason::kAllowed);
  TestState::set_standing(call.state.the_key, Standing::kInactive);
  EXPECT_EQ(call.reason(), Reason::kKeyDisabled);  // nothing of the former decision was kept
}

TEST(Decision, NothingIsAllocated) {
  Call call;
  call.state.set_networks({Network::parse("10.0.0.0/8").value()});
  const std::vector<CarrierHeader> headers = {
      {{HeaderRole::kCarrier, Carrier::kAuthorization}, call.authorization}};
  const RawRequest raw{.method = "GET",
                       .target = "/devices/caf%C3%A9?x=1",
                       .routed_path = {},
                       .headers = headers,
                       .peer = call.peer};
  const std::size_t before = allocation_count();
  const Decision decision = decide(raw, "fleet", call.state, call.now, call.sha256);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(decision.reason, Reason::kAllowed);
}

// ---- the state

TEST(Decision, I3_WithoutAStateNothingIsAllowed) {
  Call call;
  call.state.fresh = Found<Time>::absent();
  EXPECT_EQ(call.reason(), Reason::kStateUnavailable);
  call.state.fresh = Found<Time>::unreadable();
  EXPECT_EQ(call.reason(), Reason::kStateUnavailable);
}

TEST(Decision, I2_ARecordThatCannotBeReadIsADenial) {
  const std::vector<std::function<void(TestState&)>> spoils = {
      [](TestState& state) { state.fleet = {}; },
      [](TestState& state) { state.the_secret = {}; },
      [](TestState& state) { state.the_key = {}; },
      [](TestState& state) { state.the_application = {}; },
      [](TestState& state) { state.maker = {}; },
      [](TestState& state) { state.owner = {}; },
      [](TestState& state) { state.the_organization = {}; },
      [](TestState& state) { state.the_grants = {}; },
      [](TestState& state) { state.the_rights = {}; },
      [](TestState& state) { state.the_networks = {}; },
      [](TestState& state) {
        TestState::change(state.fleet, [](ApiFacts& api) { api.routes = RouteTable(); });
      }};
  for (std::size_t i = 0; i < spoils.size(); ++i) {
    Call call;
    call.state.set_networks({Network::parse("::/0").value()});
    ASSERT_EQ(call.reason(), Reason::kAllowed);
    spoils[i](call.state);
    EXPECT_EQ(call.reason(), Reason::kStateUnreadable) << i;
  }
}

TEST(Decision, I2_ARecordThatIsNamedButNotThereIsADenial) {
  const std::vector<std::function<void(TestState&)>> spoils = {
      [](TestState& state) { state.the_key = Found<KeyFacts>::absent(); },
      [](TestState& state) { state.the_application = Found<ApplicationFacts>::absent(); },
      [](TestState& state) { state.maker = Found<UserFacts>::absent(); },
      [](TestState& state) { state.owner = Found<UserFacts>::absent(); },
      [](TestState& state) { state.the_organization = Found<OrganizationFacts>::absent(); },
      [](TestState& state) { state.the_grants = Found<GrantList>::absent(); },
      [](TestState& state) { state.the_rights = Found<GrantList>::absent(); },
      [](TestState& state) { state.the_networks = Found<NetworkList>::absent(); }};
  for (std::size_t i = 0; i < spoils.size(); ++i) {
    Call call;
    call.state.set_networks({Network::parse("::/0").value()});
    spoils[i](call.state);
    EXPECT_EQ(call.reason(), Reason::kStateUnreadable) << i;
  }
}

TEST(Decision, R2_StalenessIsBoundedToTheMicrosecond) {
  Call call;
  call.now = TestState::kNow + std::chrono::seconds{300};
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.now += kStep;
  EXPECT_EQ(call.reason(), Reason::kStateStale);
  TestState::change(call.state.fleet, [](ApiFacts& api) { api.max_staleness = Microseconds{0}; });
  call.now = TestState::kNow;
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.now = TestState::kNow - std::chrono::hours{1};  // a clock that went back is not stale
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.now = TestState::kNow + kStep;
  EXPECT_EQ(call.reason(), Reason::kStateStale);
}

TEST(Decision, R11_ServeAlwaysHasNoBound) {
  Call call;
  TestState::change(call.state.fleet, [](ApiFacts& api) { api.max_staleness = kServeAlways; });
  call.now = TestState::kNow + std::chrono::hours{24 * 365 * 100};
  EXPECT_EQ(call.reason(), Reason::kAllowed);
}

TEST(Decision, AnApiThatTheCatalogDoesNotHaveIsRefused) {
  Call call;
  for (const std::string name : {"", "Fleet", "fleet2", "flee"}) {
    call.api = name;
    EXPECT_EQ(call.reason(), Reason::kApiUnknown) << name;
  }
}

// ---- the request

TEST(Decision, ARequestThatCanBeReadInTwoWaysIsRefused) {
  Call call;
  call.target = "/devices/../admin";
  EXPECT_EQ(call.reason(), Reason::kPathNotCanonical);
  call.target = "/devices/42?_method=PUT";
  EXPECT_EQ(call.reason(), Reason::kMethodOverridden);
  call.target = "/devices/42";
  call.method = "get";
  EXPECT_EQ(call.reason(), Reason::kMethodUnknown);
  call.method = "GET";
  call.headers = {{{HeaderRole::kCarrier, Carrier::kAuthorization}, call.authorization}};
  EXPECT_EQ(call.reason(), Reason::kCredentialRepeated);
  call.headers = {{{HeaderRole::kCarrier, Carrier::kXApiKey}, call.state.text()}};
  EXPECT_EQ(call.reason(), Reason::kCredentialsInTwoPlaces);
}

TEST(Decision, N09_APreflightPassesOnlyWhereTheApiSaysSo) {
  Call call;
  call.is_preflight = true;
  call.method = "OPTIONS";
  call.authorization.clear();
  EXPECT_EQ(call.reason(), Reason::kCredentialMissing);
  TestState::change(call.state.fleet, [](ApiFacts& api) { api.lets_preflight_through = true; });
  EXPECT_EQ(call.reason(), Reason::kPreflight);
  EXPECT_TRUE(call.decided().allowed());
  EXPECT_FALSE(call.decided().caller_is_known);
  call.method = "GET";
  EXPECT_EQ(call.reason(), Reason::kCredentialMissing);
}

TEST(Decision, N09_AnApiThatIsNotActivePassesNoPreflight) {
  // Found by the reference: a withdrawn API was still reachable by anonymous OPTIONS.
  Call call;
  call.is_preflight = true;
  call.method = "OPTIONS";
  call.authorization.clear();
  TestState::change(call.state.fleet, [](ApiFacts& api) {
    api.lets_preflight_through = true;
    api.standing = Standing::kInactive;
  });
  EXPECT_EQ(call.reason(), Reason::kCredentialMissing);
}

// ---- the credential

TEST(Decision, WithoutACredentialTheCallerIsUnknown) {
  Call call;
  for (const std::string value : {"", "Bearer", "Bearer ", "Basic dXNlcjp4"}) {
    call.authorization = value;
    EXPECT_EQ(call.reason(), Reason::kCredentialMissing) << value;
  }
}

TEST(Decision, K13_AWellFormedSecretThatNobodyHasIsUnknown) {
  Call call;
  SystemRandom random;
  const Secret other = make_secret(SecretKind::kAccessKey, random);
  call.authorization = "Bearer " + std::string(other.reveal());
  EXPECT_EQ(call.reason(), Reason::kCredentialUnknown);
}

// Whatever is presented takes the same way: its time tells nothing of how near it is to a secret.
TEST(Decision, K09_WhateverIsPresentedIsLookedForOnce) {
  SystemRandom random;
  const std::string never_issued(make_secret(SecretKind::kAccessKey, random).reveal());
  const std::string of_another_kind(make_secret(SecretKind::kSession, random).reveal());
  for (const std::string& text :
       {std::string("x"), std::string("clv_ak_"), std::string(100, 'x'), std::string(5000, 'x'),
        never_issued, never_issued.substr(0, 30), of_another_kind, Call().state.text()}) {
    Call call;
    call.authorization = "Bearer " + text;
    static_cast<void>(call.decided());
    EXPECT_EQ(call.state.look_ups, 1) << text.substr(0, 60);
  }
}

TEST(Decision, N16_OnlyTheExactSecretIsKnown) {
  Call call;
  const std::string text = call.state.text();
  for (const std::string& value :
       {" " + text, text + " ", "\t" + text, text + "x", text.substr(0, text.size() - 1),
        text.substr(0, 20), text + "," + text, std::string("x")}) {
    call.authorization = "Bearer " + value;
    EXPECT_EQ(call.reason(), Reason::kCredentialUnknown) << value;
  }
}

TEST(Decision, ATextOfOursWithAWrongChecksumIsUnknownEvenIfItsDigestIsThere) {
  EXPECT_EQ(reason_for_secret("clv_ak_00000000000000000000000000000000000000"),
            Reason::kCredentialUnknown);
  EXPECT_EQ(reason_for_secret("clv_"), Reason::kCredentialUnknown);
}

TEST(Decision, Z06_OnlyKeysAndPersonalTokensOpenAnApi) {
  SystemRandom random;
  for (const SecretKind kind :
       {SecretKind::kAccessKey, SecretKind::kPersonalAccessToken, SecretKind::kOauthAccessToken,
        SecretKind::kOauthRefreshToken, SecretKind::kClientSecret, SecretKind::kAgent,
        SecretKind::kSession}) {
    const bool opens = kind == SecretKind::kAccessKey || kind == SecretKind::kPersonalAccessToken;
    EXPECT_EQ(reason_for_secret(std::string(make_secret(kind, random).reveal())),
              opens ? Reason::kAllowed : Reason::kCredentialUnknown)
        << to_string(kind);
  }
}

TEST(Decision, AForeignSecretIsKnownByItsDigestUpToTheLongest) {
  EXPECT_EQ(reason_for_secret("another-system's key, of any form"), Reason::kAllowed);
  EXPECT_EQ(reason_for_secret(std::string(kMaxCredentialBytes, 'x')), Reason::kAllowed);
  EXPECT_EQ(reason_for_secret(std::string(kMaxCredentialBytes + 1, 'x')),
            Reason::kCredentialUnknown);
  // Nor is a longer text taken for the one that it begins with.
  Call call;
  call.state.set_text(std::string(kMaxCredentialBytes, 'x'));
  call.authorization = "Bearer " + std::string(kMaxCredentialBytes + 1, 'x');
  EXPECT_EQ(call.reason(), Reason::kCredentialUnknown);
}

TEST(Decision, I16_WhoeverShowsNoFullSecretIsNotTold) {
  Call call;
  const std::string text = call.state.text();
  const std::vector<std::string> values = {"", "Bearer x", "Bearer " + text + "x"};
  for (const std::string& value : values) {
    call.authorization = value;
    const Decision decision = call.decided();
    EXPECT_FALSE(decision.caller_is_known);
    EXPECT_TRUE(decision.key.is_nil() && decision.application.is_nil() && decision.user.is_nil() &&
                decision.organization.is_nil());
  }
}

// ---- the key and all it names

TEST(Decision, K01_ARevokedSecretIsRefused) {
  Call call;
  TestState::change(call.state.the_secret, [](SecretFacts& secret) { secret.revoked = true; });
  EXPECT_EQ(call.reason(), Reason::kKeyRevoked);
  EXPECT_TRUE(call.decided().caller_is_known);
}

TEST(Decision, AnOldSecretEndsWithItsOverlap) {
  Call call;
  TestState::change(call.state.the_secret,
                    [](SecretFacts& secret) { secret.not_after = TestState::kNow; });
  call.now = TestState::kNow - kStep;
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.now = TestState::kNow;
  EXPECT_EQ(call.reason(), Reason::kSecretRetired);
}

TEST(Decision, R3_AKeyIsValidFromItsStartUntilItsExpiry) {
  Call call;
  TestState::change(call.state.the_key, [](KeyFacts& key) {
    key.not_before = TestState::kNow;
    key.expires_at = TestState::kNow + 2 * kStep;
  });
  const std::vector<Reason> reasons = {Reason::kKeyNotYetValid, Reason::kAllowed, Reason::kAllowed,
                                       Reason::kKeyExpired, Reason::kKeyExpired};
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    call.now = TestState::kNow + (static_cast<int>(i) - 1) * kStep;
    EXPECT_EQ(call.reason(), reasons[i]) << i;
  }
}

TEST(Decision, K02_WhateverTheKeyNamesMustBeActive) {
  const auto reason_without = [](auto member) {
    Call call;
    TestState::set_standing(call.state.*member, Standing::kInactive);
    return call.reason();
  };
  EXPECT_EQ(reason_without(&TestState::the_key), Reason::kKeyDisabled);
  EXPECT_EQ(reason_without(&TestState::the_application), Reason::kApplicationInactive);
  EXPECT_EQ(reason_without(&TestState::owner), Reason::kOwnerInactive);
  EXPECT_EQ(reason_without(&TestState::maker), Reason::kMakerInactive);
  EXPECT_EQ(reason_without(&TestState::the_organization), Reason::kOrganizationInactive);
  EXPECT_EQ(reason_without(&TestState::fleet), Reason::kApiInactive);
}

// ---- rights

TEST(Decision, AKeyWithoutAGrantOnTheApiIsRefused) {
  Call call;
  call.state.set_grants({});
  EXPECT_EQ(call.reason(), Reason::kApiNotGranted);
  Grant other = TestState::everything();
  other.api = ApiNumber{8};
  call.state.set_grants({other});
  EXPECT_EQ(call.reason(), Reason::kApiNotGranted);
}

TEST(Decision, WhatTheApiDoesNotHaveIsRefusedEvenToOneWhoMayCallEverything) {
  Call call;
  for (const std::string target : {"/", "/devices", "/devices/", "/devices/42/x", "/other/42"}) {
    call.target = target;
    EXPECT_EQ(call.reason(), Reason::kEndpointUnknown) << target;
  }
  call.target = "/devices/42";
  call.method = "DELETE";
  EXPECT_EQ(call.reason(), Reason::kEndpointUnknown);
}

TEST(Decision, AnEndpointOrMethodThatIsNotGrantedIsRefused) {
  Call call;
  Grant grant = TestState::everything();
  grant.endpoint_reach = Reach::kListed;
  grant.endpoints = {{TestState::kReadDevice, MethodSet::read_only()}};
  call.state.set_grants({grant});
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.method = "PUT";
  EXPECT_EQ(call.reason(), Reason::kEndpointNotGranted);
}

TEST(Decision, AReadOnlyKeyReads) {
  Call call;
  TestState::change(call.state.the_key, [](KeyFacts& key) { key.read_only = true; });
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.method = "HEAD";
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.method = "PUT";
  EXPECT_EQ(call.reason(), Reason::kKeyReadOnly);
}

TEST(Decision, EveryScopeThatTheEndpointNeedsMustBeGranted) {
  Call call;
  Grant grant = TestState::everything();
  grant.scopes = {};
  grant.scopes.add(TestState::kScope - 1);
  call.state.set_grants({grant});
  EXPECT_EQ(call.reason(), Reason::kScopeMissing);
}

TEST(Decision, I6_AKeyCannotDoWhatItsMakerCannotDoNow) {
  Call call;
  call.state.set_rights({});
  EXPECT_EQ(call.reason(), Reason::kMakerLacksRight);
  Grant narrow = TestState::everything();
  narrow.methods = MethodSet().with(Method::kPut);
  call.state.set_rights({narrow});
  EXPECT_EQ(call.reason(), Reason::kMakerLacksRight);
  narrow = TestState::everything();
  narrow.scopes = {};
  call.state.set_rights({narrow});
  EXPECT_EQ(call.reason(), Reason::kMakerLacksRight);
  call.state.set_rights({TestState::everything()});
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  TestState::change(call.state.maker, [](UserFacts& user) { user.right_sets = {}; });
  EXPECT_EQ(call.reason(), Reason::kMakerLacksRight);
}

TEST(Decision, I6_TheScopesPassedOnAreThoseOfKeyAndMakerBoth) {
  Call call;
  Grant grant = TestState::everything();
  grant.scopes.add(0);
  grant.scopes.add(1);
  Grant right = TestState::everything();
  right.scopes.add(1);
  right.scopes.add(2);
  call.state.set_grants({grant});
  call.state.set_rights({right});
  ScopeSet both;
  both.add(1);
  both.add(TestState::kScope);
  EXPECT_EQ(call.decided().scopes, both);
}

TEST(Decision, I6_TheMakersRightSetsHoldTheirScopesTogether) {
  Call call;
  Grant grant = TestState::everything();
  grant.scopes = ScopeSet::all();
  call.state.set_grants({grant});
  Grant other = TestState::everything();
  other.scopes.add(0);
  call.state.set_rights({other});
  call.state.set_more_rights({TestState::everything()});
  EXPECT_EQ(call.decided().scopes, other.scopes);
  Grant elsewhere = TestState::everything();
  elsewhere.api = ApiNumber{8};
  call.state.set_more_rights({elsewhere});
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.state.set_rights({elsewhere});
  EXPECT_EQ(call.reason(), Reason::kMakerLacksRight);
}

TEST(Decision, AnAddressOutsideTheAllowListIsRefused) {
  Call call;
  call.state.set_networks({Network::parse("10.0.0.0/8").value()});
  EXPECT_EQ(call.reason(), Reason::kAllowed);
  call.peer = IpAddress::parse("11.0.0.1").value();
  EXPECT_EQ(call.reason(), Reason::kAddressNotAllowed);
  call.state.set_networks({});  // a list without a network allows no address
  EXPECT_EQ(call.reason(), Reason::kAddressNotAllowed);
}

TEST(Decision, ARefusedCallHasNoScopes) {
  Call call;
  call.state.set_networks({});
  EXPECT_EQ(call.decided().scopes, ScopeSet{});
}

}  // namespace
}  // namespace claviger::core
