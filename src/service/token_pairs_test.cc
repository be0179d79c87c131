// Pairs of an access and a refresh token, and what a refresh token is good for.
#include "service_test.h"

#include <array>
#include <thread>

namespace claviger::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class TokenPairsTest : public ServiceTest {
 protected:
  TokenPair signed_in(Extent extent = Extent::kEverything) {
    auto pair = sign_in_for_tokens(context_, kEmail, password(), extent, visit());
    return std::get<TokenPair>(std::move(pair).value());
  }

  Result<TokenPair> refreshed(const TokenPair& pair) {
    return refresh_tokens(context_, pair.refresh.reveal(), visit());
  }

  [[nodiscard]] bool is_open(const TokenPair& pair) {
    return authenticate(context_, pair.access.reveal()).has_value();
  }
};

TEST_F(TokenPairsTest, ARefreshTokenTradesThePairForTheNext) {
  const TokenPair first = signed_in();
  ASSERT_TRUE(is_open(first));
  const auto second = refreshed(first);
  ASSERT_TRUE(second);
  EXPECT_TRUE(is_open(*second));
  EXPECT_FALSE(is_open(first)) << "the access token goes with its refresh token";
  EXPECT_EQ(second->lifetime, kTokenLifetime);
  EXPECT_EQ(audited("session.create"), 1U);
  EXPECT_EQ(audited("session.refresh"), 1U) << "and is no sign-in";
}

TEST_F(TokenPairsTest, EachTradeCountsAsAChangeOfItsUser) {
  RateLimiter changes({.name = "change", .quota = 1, .window = minutes{1}, .refusal = "Too many."});
  Context limited = context_with(changes);
  const TokenPair first = signed_in();
  const auto second = refresh_tokens(limited, first.refresh.reveal(), visit());
  ASSERT_TRUE(second);
  const auto refused = refresh_tokens(limited, second->refresh.reveal(), visit());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kTooManyRequests);
  clock_.pass(minutes{1});
  EXPECT_TRUE(refresh_tokens(limited, second->refresh.reveal(), visit())) << "it was not spent";
}

TEST_F(TokenPairsTest, S02_AReplayIsSeenWhateverElseItsUserChanges) {
  RateLimiter changes({.name = "change", .quota = 1, .window = minutes{1}, .refusal = "Too many."});
  Context limited = context_with(changes);
  const TokenPair other = signed_in();
  const TokenPair first = signed_in();
  const auto second = refreshed(first);
  ASSERT_TRUE(second);
  ASSERT_TRUE(refresh_tokens(limited, other.refresh.reveal(), visit())) << "the only change";
  const auto replayed = refresh_tokens(limited, first.refresh.reveal(), visit());
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code(), ErrorCode::kSignInRequired);
  EXPECT_FALSE(is_open(*second));
}

TEST_F(TokenPairsTest, S02_AReplayIsNoChangeOfItsUser) {
  RateLimiter changes({.name = "change", .quota = 1, .window = minutes{1}, .refusal = "Too many."});
  Context limited = context_with(changes);
  const TokenPair other = signed_in();
  const TokenPair first = signed_in();
  ASSERT_TRUE(refreshed(first));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(refresh_tokens(limited, first.refresh.reveal(), visit()));
  EXPECT_TRUE(refresh_tokens(limited, other.refresh.reveal(), visit()));
}

TEST_F(TokenPairsTest, S02_ARefreshTokenThatComesAgainEndsAllThatCameOfIt) {
  const TokenPair other = signed_in();
  const TokenPair first = signed_in();
  const auto second = refreshed(first);
  ASSERT_TRUE(second);
  const auto third = refreshed(*second);
  ASSERT_TRUE(third);
  ASSERT_TRUE(is_open(*third));

  const auto replayed = refreshed(first);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code(), ErrorCode::kSignInRequired);
  EXPECT_FALSE(is_open(*third));
  EXPECT_FALSE(refreshed(*third));
  EXPECT_TRUE(is_open(other)) << "another sign-in of the same user goes on";
  EXPECT_EQ(audited("session.end-replayed"), 1U);
  EXPECT_FALSE(refreshed(first));
  EXPECT_EQ(audited("session.end-replayed"), 1U) << "there was nothing more to end";
}

TEST_F(TokenPairsTest, C25_OfManyWhoTradeOneRefreshTokenOneWinsAndNobodyKeepsIt) {
  const TokenPair first = signed_in();
  std::array<std::optional<Result<TokenPair>>, 16> answers;
  std::vector<std::jthread> traders;
  for (auto& answer : answers) traders.emplace_back([&] { answer.emplace(refreshed(first)); });
  traders.clear();
  std::size_t won = 0;
  for (const auto& answer : answers) {
    if (!answer->has_value()) continue;
    ++won;
    EXPECT_FALSE(is_open(**answer)) << "the others were replays";
    EXPECT_FALSE(refreshed(**answer));
  }
  EXPECT_EQ(won, 1U);
}

TEST_F(TokenPairsTest, HoweverOftenItIsTradedASessionHasItsEnd) {
  TokenPair pair = signed_in();
  for (int i = 0; i < 12 * 60 / 50; ++i) {
    clock_.pass(minutes{50});
    auto next = refreshed(pair);
    ASSERT_TRUE(next) << i;
    pair = std::move(next).value();
  }
  EXPECT_EQ(pair.lifetime, minutes{20}) << "the last one ends with the twelve hours";
  clock_.pass(minutes{20} - Microseconds{1});
  EXPECT_TRUE(is_open(pair));
  clock_.pass(Microseconds{1});
  EXPECT_FALSE(is_open(pair));
  EXPECT_FALSE(refreshed(pair));
}

TEST_F(TokenPairsTest, ARefreshTokenThatNobodyUsesEnds) {
  const TokenPair used = signed_in();
  const TokenPair late = signed_in();
  clock_.pass(hours{3} - Microseconds{1});
  EXPECT_TRUE(refreshed(used));
  clock_.pass(Microseconds{1});
  EXPECT_FALSE(refreshed(late));
}

TEST_F(TokenPairsTest, WhatOnlyReadsStaysSo) {
  const auto next = refreshed(signed_in(Extent::kReading));
  ASSERT_TRUE(next);
  EXPECT_TRUE(authenticate(context_, next->access.reveal())->read_only);
}

TEST_F(TokenPairsTest, ASessionThatCanBeTradedIsListedAndEnded) {
  const TokenPair pair = signed_in();
  clock_.pass(kTokenLifetime);
  ASSERT_FALSE(is_open(pair));
  const auto browser = try_to_sign_in();
  ASSERT_TRUE(browser);
  const Caller caller = caller_of(browser->token);
  const auto listed = list_my_sessions(context_, caller, {.limit = 10, .after = std::nullopt});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->items.size(), 2U);
  ASSERT_TRUE(end_my_session(context_, caller, listed->items.front().id));
  EXPECT_FALSE(refreshed(pair));
}

TEST_F(TokenPairsTest, Z06_NoOtherTokenRefreshes) {
  const TokenPair pair = signed_in();
  for (const std::string& text :
       {std::string(pair.access.reveal()), std::string(), std::string("clv_ort_x"),
        std::string(pair.refresh.reveal()) + "x"})
    EXPECT_FALSE(refresh_tokens(context_, text, visit())) << text;
  EXPECT_FALSE(authenticate(context_, pair.refresh.reveal()));
  EXPECT_TRUE(refreshed(pair));
}

}  // namespace
}  // namespace claviger::service
