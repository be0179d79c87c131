#include "claviger/service/sessions.h"

#include "new_session.h"
#include "service_test.h"

#include "claviger/service/choose_password.h"
#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class SessionsTest : public ServiceTest {
 protected:
  [[nodiscard]] bool is_open(const SignedIn& session) {
    return authenticate(context_, session.token.reveal()).has_value();
  }

  void give_organization(core::AccountStatus status) {
    const auto changed = database_->write([&](store::WriteTransaction& tx) -> Result<void> {
      core::Organization organization =
          TRY(store::get_organization(tx, store::AllTenants{}, administrator_.organization));
      organization.status = status;
      TRY(store::update_organization(tx, store::AllTenants{}, organization));
      return tx.audit({.action = "test"});
    });
    ASSERT_TRUE(changed);
  }
};

TEST_F(SessionsTest, NobodyOfAnInactiveOrganizationComesIn) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  ASSERT_TRUE(is_open(*session));

  give_organization(core::AccountStatus::kDisabled);
  const auto authenticated = authenticate(context_, session->token.reveal());
  ASSERT_FALSE(authenticated) << "sessions end with the standing of the organization";
  EXPECT_EQ(authenticated.error().code(), ErrorCode::kSignInRequired);
  const auto refused = try_to_sign_in();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kSignInRequired);
  const auto wrong = try_to_sign_in({}, "a wrong password");
  EXPECT_EQ(refused.error().public_text(), wrong.error().public_text()) << "and looks like any";

  give_organization(core::AccountStatus::kEnabled);
  EXPECT_TRUE(is_open(*session));
}

TEST_F(SessionsTest, S02_WithOneTooManyAUsersOldestSessionEnds) {
  const auto oldest = try_to_sign_in();
  ASSERT_TRUE(oldest);
  const auto begin_another = [&] {
    clock_.pass(std::chrono::milliseconds{1});
    const Secret token = core::make_secret(core::SecretKind::kSession, random_);
    const SessionTerms terms{.token = sha256(token.reveal()),
                             .expires_at = clock_.now() + hours{12},
                             .extent = Extent::kEverything};
    ASSERT_TRUE(database_->write([&](store::WriteTransaction& tx) {
      return begin_session(context_, tx, administrator_, terms, visit());
    }));
  };
  for (int i = 1; i < kMostSessionsOfUser; ++i) begin_another();
  EXPECT_TRUE(is_open(*oldest));
  begin_another();
  EXPECT_FALSE(is_open(*oldest));
  const auto newest = try_to_sign_in();
  ASSERT_TRUE(newest);
  const auto kept =
      list_my_sessions(context_, caller_of(newest->token), {.limit = 200, .after = {}});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->items.size(), static_cast<std::size_t>(kMostSessionsOfUser));
}

TEST_F(SessionsTest, EndingNoneLeavesNothingInTheAudit) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  const Caller caller = caller_of(session->token);
  EXPECT_EQ(end_sessions_of(context_, caller, administrator_.id).value(), 0);
  EXPECT_EQ(audited("user.end-sessions"), 0U);
  ASSERT_TRUE(try_to_sign_in());
  EXPECT_EQ(end_sessions_of(context_, caller, administrator_.id).value(), 1);
  EXPECT_EQ(audited("user.end-sessions"), 1U);
}

TEST_F(SessionsTest, ASessionEndsWhenItIsIdle) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  for (int i = 0; i < 3; ++i) {
    clock_.pass(hours{2} - Microseconds{1});
    EXPECT_TRUE(is_open(*session)) << "used again and again";
  }
  clock_.pass(hours{2});
  EXPECT_FALSE(is_open(*session));
}

TEST_F(SessionsTest, ASessionEndsWhateverIsDoneWithIt) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  for (int i = 0; i < 11; ++i) {
    clock_.pass(hours{1});
    EXPECT_TRUE(is_open(*session));
  }
  clock_.pass(hours{1} - Microseconds{1});
  EXPECT_TRUE(is_open(*session));
  clock_.pass(Microseconds{1});
  EXPECT_FALSE(is_open(*session));
}

TEST_F(SessionsTest, S08_EverySignInCostsOneHashWhateverIsWrongWithIt) {
  const auto cost_of = [&](const std::string& email, std::string_view with) {
    const std::int64_t before = passwords_->computed();
    static_cast<void>(
        sign_in(context_, {.email = email, .password = password(with)}, visit()).has_value());
    return passwords_->computed() - before;
  };
  EXPECT_EQ(cost_of(kEmail, kPassword), 1);
  EXPECT_EQ(cost_of(kEmail, "a wrong password"), 1);
  EXPECT_EQ(cost_of("nobody@example.com", kPassword), 1);
  EXPECT_EQ(cost_of("no address", kPassword), 1);
  EXPECT_EQ(cost_of(kEmail, ""), 1);
  give_organization(core::AccountStatus::kDisabled);
  EXPECT_EQ(cost_of(kEmail, kPassword), 1);
}

TEST_F(SessionsTest, S02_APasswordThatWasChangedMeanwhileOpensNoSession) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  const Caller caller = caller_of(session->token);
  ASSERT_TRUE(change_password(context_, caller,
                              {.present = password(), .wanted = password("another of my choice")}));
  EXPECT_FALSE(try_to_sign_in());
  EXPECT_TRUE(try_to_sign_in({}, "another of my choice"));
}

TEST_F(SessionsTest, K14_AStolenSessionIsNoPlaceToGuessPasswordsFrom) {
  SignInThrottle strict(30);
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  Caller thief = caller_of(session->token);
  thief.source_ip = "192.0.2.1";
  Context slowed = context_with(strict, seal_);
  const auto guess = [&](const Caller& caller, std::string_view present) {
    return change_password(
        slowed, caller, {.present = password(present), .wanted = password("another of my choice")});
  };
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(guess(thief, "a wrong guess").error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(guess(thief, "a wrong guess").error().code(), ErrorCode::kTooManyRequests);
  EXPECT_EQ(guess(thief, kPassword).error().code(), ErrorCode::kTooManyRequests);
  EXPECT_TRUE(guess(caller_of(session->token), kPassword)) << "the owner, from elsewhere";
}

}  // namespace
}  // namespace claviger::service
