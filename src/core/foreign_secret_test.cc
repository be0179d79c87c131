#include "claviger/core/foreign_secret.h"

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

TEST(ForeignSecret, ATextIsKnownByItsDigestAndItsLastFourCharacters) {
  const auto secret = foreign_secret_of(Secret("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  ASSERT_TRUE(secret.has_value());
  EXPECT_EQ(secret->digest, sha256("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  EXPECT_EQ(secret->hint.last_four, "6bf6");
  EXPECT_EQ(secret->hint.prefix, "");
}

TEST(ForeignSecret, WhatMayBeGuessedIsRefused) {
  for (const char* text : {"", "hunter2", "0123456789012345678901234567", "abcdefgh",
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_FALSE(foreign_secret_of(Secret(text)).has_value()) << text;
}

TEST(ForeignSecret, OurOwnFormatIsNotForeign) {
  const auto secret = foreign_secret_of(Secret("clv_ak_0123456789abcdefghijklmnopqrstuvwxyzAB"));
  ASSERT_FALSE(secret.has_value());
  EXPECT_EQ(secret.error().faults().front().code, "not-foreign");
}

TEST(ForeignSecret, WhatNoHeaderCarriesIsRefused) {
  EXPECT_FALSE(foreign_secret_of(Secret("0123456789 abcdefghijklmnopqrstuvwxyz")).has_value());
  EXPECT_FALSE(foreign_secret_of(Secret(std::string(513, 'x') + "abcdefghijk")).has_value());
}

TEST(ForeignSecret, ADigestIsTakenAtItsDeclaredStrength) {
  const Digest digest = sha256("whatever it was");
  EXPECT_TRUE(foreign_secret_of({.digest = digest, .length = 32, .alphabet = "hex"}).has_value());
  EXPECT_FALSE(foreign_secret_of({.digest = digest, .length = 31, .alphabet = "hex"}).has_value());
  EXPECT_TRUE(
      foreign_secret_of({.digest = digest, .length = 23, .alphabet = "base62"}).has_value());
  EXPECT_FALSE(
      foreign_secret_of({.digest = digest, .length = 22, .alphabet = "base62"}).has_value());
  EXPECT_FALSE(
      foreign_secret_of({.digest = digest, .length = 40, .alphabet = "emoji"}).has_value());
  EXPECT_FALSE(foreign_secret_of({.digest = digest, .length = -1, .alphabet = "hex"}).has_value());
  EXPECT_FALSE(
      foreign_secret_of({.digest = digest, .length = 1'000'000, .alphabet = "hex"}).has_value());
}

}  // namespace
}  // namespace claviger::core
