#include "claviger/service/second_factor.h"

#include "service_test.h"
#include "use_second_factor.h"

#include <array>
#include <thread>

#include "claviger/core/totp.h"
#include "claviger/service/choose_password.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// The administrator with a second factor that is on, and the app that has its secret.
class SecondFactorTest : public ServiceTest {
 protected:
  void SetUp() override {
    auto session = try_to_sign_in();
    ASSERT_TRUE(session);
    caller_ = caller_of(session->token);
    ASSERT_TRUE(start_second_factor(context_, caller_, password()));
    secret_ = stored_secret();
    auto codes = confirm_second_factor(context_, caller_, code());
    ASSERT_TRUE(codes);
    recovery_codes_ = std::move(codes).value();
    next_step();
  }

  /// What the app shows now.
  [[nodiscard]] std::string code() const {
    return core::totp_code(secret_, core::totp_step_at(clock_.now()));
  }

  [[nodiscard]] std::string wrong_code() const {
    std::string wrong = code();
    wrong.front() = wrong.front() == '9' ? '0' : static_cast<char>(wrong.front() + 1);
    return wrong;
  }

  void next_step() { clock_.pass(core::kTotpStepLength); }

  Result<std::variant<TokenPair, PendingSignIn>> try_for_tokens() {
    return sign_in_for_tokens(context_, kEmail, password(), Extent::kReading, visit());
  }

  Caller caller_;
  std::vector<Secret> recovery_codes_;

 private:
  Secret stored_secret() {
    const auto factor = database_->read([&](store::ReadTransaction& tx) {
      return store::find_second_factor(tx, administrator_.id);
    });
    return seal_.open(purpose_of_totp(administrator_.id), factor.value()->sealed_secret).value();
  }

  Secret secret_;
};

TEST_F(SecondFactorTest, S08_ASignInNeedsTheCodeAndTakesItOnce) {
  const auto without = try_to_sign_in();
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code(), ErrorCode::kSecondFactorNeeded);
  const std::string good = code();
  EXPECT_TRUE(try_to_sign_in(good));
  const auto again = try_to_sign_in(good);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::kSignInRequired);
  next_step();
  EXPECT_TRUE(try_to_sign_in(code()));
}

TEST_F(SecondFactorTest, S08_AWrongCodeLooksLikeAWrongPassword) {
  const auto wrong_password = try_to_sign_in(code(), "not the right password");
  ASSERT_FALSE(wrong_password);
  for (const std::string& text : {wrong_code(), " " + code(), code() + " ", std::string(),
                                  code().substr(1), std::string("clv_rec_x")}) {
    const auto refused = try_to_sign_in(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code(), wrong_password.error().code());
    EXPECT_EQ(refused.error().public_text(), wrong_password.error().public_text());
  }
  EXPECT_TRUE(try_to_sign_in(code())) << "a wrong password has used no code up";
  EXPECT_EQ(audited("session.wrong-code"), 6U) << "whoever brought these knows the password";
}

TEST_F(SecondFactorTest, C25_OfManyWhoBringOneCodeOneComesIn) {
  const std::string good = code();
  std::array<bool, 16> came_in{};
  std::vector<std::jthread> visitors;
  for (bool& in : came_in)
    visitors.emplace_back([&] {
      // The server hashes a bounded number of passwords at once; who is turned away comes again.
      auto answer = try_to_sign_in(good);
      while (!answer && answer.error().code() == ErrorCode::kTooManyRequests)
        answer = try_to_sign_in(good);
      in = answer.has_value();
    });
  visitors.clear();
  EXPECT_EQ(std::count(came_in.begin(), came_in.end(), true), 1);
}

TEST_F(SecondFactorTest, K14_GuessingCodesFromManyNetworksIsSlowedDownAndTheOwnerComesIn) {
  SignInThrottle strict(30);
  Context slowed = context_with(strict, seal_);
  const auto from = [&](int network, const std::string& text) {
    Visit visitor = visit();
    visitor.source_ip = "192.0.2." + std::to_string(network);
    const auto answer =
        sign_in(slowed, {.email = kEmail, .password = password(), .code = text}, visitor);
    return answer ? std::optional<ErrorCode>() : answer.error().code();
  };
  for (int i = 0; i < 30; ++i) EXPECT_EQ(from(i, wrong_code()), ErrorCode::kSignInRequired);
  EXPECT_EQ(from(30, wrong_code()), ErrorCode::kTooManyRequests);
  EXPECT_EQ(from(31, code()), ErrorCode::kTooManyRequests);
  EXPECT_EQ(from(32, std::string(recovery_codes_.front().reveal())), std::nullopt)
      << "the owner is not locked out";
  clock_.pass(std::chrono::minutes{2});
  EXPECT_EQ(from(33, code()), std::nullopt);
  EXPECT_EQ(from(34, wrong_code()), ErrorCode::kSignInRequired) << "what was right is not counted";
}

TEST_F(SecondFactorTest, EveryRecoveryCodeStandsInOnce) {
  ASSERT_EQ(recovery_codes_.size(), 10U);
  for (const Secret& recovery : recovery_codes_) {
    const std::string text(recovery.reveal());
    EXPECT_TRUE(try_to_sign_in(text));
    EXPECT_FALSE(try_to_sign_in(text));
  }
  EXPECT_TRUE(try_to_sign_in(code()));
}

TEST_F(SecondFactorTest, ItIsSwitchedOffByPasswordAndCode) {
  const auto other = try_to_sign_in(code());
  ASSERT_TRUE(other);
  next_step();
  EXPECT_FALSE(end_second_factor(context_, caller_, password("not the right one"), code()));
  EXPECT_FALSE(end_second_factor(context_, caller_, password(), wrong_code()));
  EXPECT_EQ(try_to_sign_in().error().code(), ErrorCode::kSecondFactorNeeded);
  ASSERT_TRUE(end_second_factor(context_, caller_, password(), code()));
  EXPECT_TRUE(try_to_sign_in());
  EXPECT_FALSE(authenticate(context_, other->token.reveal())) << "the other sessions have ended";
  EXPECT_EQ(end_second_factor(context_, caller_, password(), code()).error().code(),
            ErrorCode::kConflict);
  EXPECT_EQ(audited("user.switch-off-second-factor"), 1U);
}

TEST_F(SecondFactorTest, OneThatIsOnIsNotExchanged) {
  EXPECT_EQ(start_second_factor(context_, caller_, password()).error().code(),
            ErrorCode::kConflict);
  EXPECT_EQ(confirm_second_factor(context_, caller_, code()).error().code(), ErrorCode::kConflict);
  EXPECT_TRUE(try_to_sign_in(code()));
}

TEST_F(SecondFactorTest, AKeyDoesNotSwitchIt) {
  Caller key = caller_;
  key.principal.session.reset();
  EXPECT_EQ(start_second_factor(context_, key, password()).error().code(),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(end_second_factor(context_, key, password(), code()).error().code(),
            ErrorCode::kPermissionDenied);
}

TEST_F(SecondFactorTest, NobodyResetsTheirOwn) {
  EXPECT_EQ(reset_second_factor(context_, caller_, administrator_.id).error().code(),
            ErrorCode::kConflict);
}

TEST_F(SecondFactorTest, WithAnotherServerKeyOnlyRecoveryCodesOpen) {
  const SecretSeal another{Secret(std::string("another server's key"))};
  Context elsewhere = context_with(sign_ins_, another);
  const auto with = [&](std::string text) {
    return sign_in(elsewhere, {.email = kEmail, .password = password(), .code = std::move(text)},
                   visit());
  };
  EXPECT_EQ(with(code()).error().code(), ErrorCode::kInternal);
  EXPECT_TRUE(with(std::string(recovery_codes_.front().reveal())));
}

TEST_F(SecondFactorTest, TokensComeAfterTheCode) {
  auto asked = try_for_tokens();
  ASSERT_TRUE(asked);
  ASSERT_TRUE(std::holds_alternative<PendingSignIn>(*asked));
  const Secret& token = std::get<PendingSignIn>(*asked).mfa_token;
  EXPECT_FALSE(authenticate(context_, token.reveal())) << "it is no session";
  EXPECT_FALSE(refresh_tokens(context_, token.reveal(), visit()));
  const auto finish = [&](std::string_view with, const std::string& shown) {
    return finish_sign_in_for_tokens(context_, with, shown, visit());
  };
  EXPECT_FALSE(finish(token.reveal(), wrong_code()));
  std::string forged(token.reveal());
  forged.back() = forged.back() == '0' ? '1' : '0';
  for (const std::string& text : {forged, std::string(), std::string("x")})
    EXPECT_FALSE(finish(text, code()));
  const auto pair = finish(token.reveal(), code());
  ASSERT_TRUE(pair);
  const auto principal = authenticate(context_, pair->access.reveal());
  ASSERT_TRUE(principal);
  EXPECT_TRUE(principal->read_only) << "as it was asked for with the password";
  EXPECT_FALSE(finish(token.reveal(), code())) << "the code is used up";
}

TEST_F(SecondFactorTest, S08_AnMfaTokenTellsNothingOfItsUser) {
  auto asked = try_for_tokens();
  ASSERT_TRUE(asked);
  const std::string token(std::get<PendingSignIn>(*asked).mfa_token.reveal());
  const auto finish = [&](const std::string& shown) {
    return finish_sign_in_for_tokens(context_, token, shown, visit());
  };
  const auto wrong = finish(wrong_code());
  ASSERT_FALSE(wrong);
  ASSERT_TRUE(database_->write([&](store::WriteTransaction& tx) -> Result<void> {
    core::User user = administrator_;
    user.status = core::AccountStatus::kDisabled;
    TRY(store::update_user(tx, store::AllTenants{}, user));
    return tx.audit({.action = "test"});
  }));
  const auto disabled = finish(code());
  ASSERT_FALSE(disabled);
  EXPECT_EQ(disabled.error().code(), wrong.error().code());
  EXPECT_EQ(disabled.error().public_text(), wrong.error().public_text());
}

TEST_F(SecondFactorTest, AnMfaTokenEndsByItsTimeAndWithThePassword) {
  auto asked = try_for_tokens();
  ASSERT_TRUE(asked);
  const std::string token(std::get<PendingSignIn>(*asked).mfa_token.reveal());
  const auto finish = [&] { return finish_sign_in_for_tokens(context_, token, code(), visit()); };
  ASSERT_TRUE(change_password(context_, caller_,
                              {.present = password(), .wanted = password("another of my choice")}));
  EXPECT_FALSE(finish());
  ASSERT_TRUE(change_password(context_, caller_,
                              {.present = password("another of my choice"), .wanted = password()}));
  asked = try_for_tokens();
  ASSERT_TRUE(asked);
  const std::string late(std::get<PendingSignIn>(*asked).mfa_token.reveal());
  clock_.pass(kMfaTokenLifetime);
  EXPECT_FALSE(finish_sign_in_for_tokens(context_, late, code(), visit()));
}

}  // namespace
}  // namespace claviger::service
