#include "claviger/service/passwords.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace claviger::service {
namespace {

TEST(Passwords, OnlyTheRightOneMatchesItsHash) {
  const auto passwords = Passwords::create().value();
  const Secret right(std::string("correct horse"));
  const std::string hash = passwords->hash(right).value();
  EXPECT_EQ(hash.substr(0, 10), "$argon2id$");
  EXPECT_EQ(hash.find("correct"), std::string::npos);
  EXPECT_TRUE(*passwords->matches(right, hash));
  EXPECT_FALSE(*passwords->matches(Secret(std::string("correct horsE")), hash));
  EXPECT_FALSE(*passwords->matches(Secret(std::string("correct horse") + '\0'), hash));
  EXPECT_FALSE(*passwords->matches(right, ""));
  EXPECT_FALSE(*passwords->matches(right, "correct horse"));
  EXPECT_NE(passwords->hash(right).value(), hash) << "each has a salt of its own";
}

TEST(Passwords, AreTwelveTo256BytesLong) {
  const auto passwords = Passwords::create().value();
  for (const std::size_t length : {0U, 11U, 257U}) {
    const auto hash = passwords->hash(Secret(std::string(length, 'x')));
    ASSERT_FALSE(hash) << length;
    EXPECT_EQ(hash.error().code(), ErrorCode::kInvalidInput);
  }
  EXPECT_TRUE(passwords->hash(Secret(std::string(256, 'x'))));
}

TEST(Passwords, S08_AFloodIsTurnedAwayAndHoldsNoThread) {
  const auto passwords = Passwords::create().value();
  std::atomic<int> checked = 0;
  std::atomic<int> turned_away = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 60; ++i)
      clients.emplace_back([&] {
        const auto matched = passwords->pretend(Secret(std::string("whatever it is")));
        if (matched) return void(++checked);
        EXPECT_EQ(matched.error().code(), ErrorCode::kTooManyRequests);
        ++turned_away;
      });
  }
  EXPECT_GE(checked, 2);
  EXPECT_GE(turned_away, 10);
  EXPECT_TRUE(passwords->pretend(Secret(std::string("afterwards")))) << "none is lost";
}

TEST(Passwords, S08_NewOnesTakeNoPlaceOfThoseThatAreChecked) {
  const auto passwords = Passwords::create().value();
  std::atomic<bool> is_over = false;
  std::vector<std::jthread> flood;
  for (int i = 0; i < 24; ++i)
    flood.emplace_back([&] {
      while (!is_over) static_cast<void>(passwords->hash(Secret(std::string("one password more"))));
    });
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(passwords->pretend(Secret(std::string("whoever signs in"))));
  is_over = true;
}

}  // namespace
}  // namespace claviger::service
