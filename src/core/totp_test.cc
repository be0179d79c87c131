#include "claviger/core/totp.h"

#include <array>

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr TotpStep kNever{-1};

/// The secret of both RFCs' examples.
Secret example() {
  return Secret(std::string("12345678901234567890"));
}

Time at(std::int64_t seconds) {
  return from_microseconds(seconds * 1'000'000);
}

TEST(Totp, CodesAreThoseOfRfc4226AppendixD) {
  constexpr std::array<const char*, 10> kCodes = {"755224", "287082", "359152", "969429", "338314",
                                                  "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t i = 0; i < kCodes.size(); ++i)
    EXPECT_EQ(totp_code(example(), {static_cast<std::int64_t>(i)}), kCodes.at(i)) << i;
}

TEST(Totp, CodesAreTheLastSixDigitsOfRfc6238AppendixB) {
  struct Example {
    std::int64_t seconds;
    const char* code;
  };

  for (const Example& row : {Example{59, "287082"}, Example{1'111'111'109, "081804"},
                             Example{1'111'111'111, "050471"}, Example{1'234'567'890, "005924"},
                             Example{2'000'000'000, "279037"}, Example{20'000'000'000, "353130"}})
    EXPECT_EQ(totp_code(example(), totp_step_at(at(row.seconds))), row.code) << row.seconds;
}

TEST(Totp, ACodeIsGoodOneStepBeforeAndBehindAndNoFurther) {
  const TotpStep step = totp_step_at(at(1'800'000'015));
  const std::string code = totp_code(example(), step);
  const auto accepted_after = [&](std::int64_t seconds) {
    return find_totp_step(example(), code, at(1'800'000'015 + seconds), kNever).has_value();
  };
  for (const std::int64_t seconds : {-45, -30, 0, 14, 44}) EXPECT_TRUE(accepted_after(seconds));
  for (const std::int64_t seconds : {-46, 45, 3600}) EXPECT_FALSE(accepted_after(seconds));
}

TEST(Totp, S08_NoCodeIsGoodTwice) {
  const Time now = at(1'800'000'015);
  const TotpStep step = totp_step_at(now);
  const std::string code = totp_code(example(), step);
  const auto found = find_totp_step(example(), code, now, kNever);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, step);
  EXPECT_FALSE(find_totp_step(example(), code, now, *found));
  const std::string before = totp_code(example(), {step.number - 1});
  EXPECT_FALSE(find_totp_step(example(), before, now, *found)) << "nor one from before it";
  const std::string behind = totp_code(example(), {step.number + 1});
  EXPECT_TRUE(find_totp_step(example(), behind, now, *found));
}

TEST(Totp, S08_OnlySixAsciiDigitsAreACode) {
  const Time now = at(1'800'000'015);
  const std::string code = totp_code(example(), totp_step_at(now));
  ASSERT_TRUE(find_totp_step(example(), code, now, kNever));
  for (const std::string& other :
       {std::string(), code.substr(1), code + "0", "0" + code, " " + code, code + " ", code + "\n",
        "\t" + code, code.substr(0, 3) + " " + code.substr(3),
        code.substr(0, 3) + "-" + code.substr(3), "+" + code.substr(1), code + std::string(1, '\0'),
        std::string("\uFF11\uFF12"), std::string("١٢٣")})
    EXPECT_FALSE(find_totp_step(example(), other, now, kNever)) << '"' << other << '"';
}

TEST(Totp, AnAppReadsTheUri) {
  EXPECT_EQ(otpauth_uri(example(), "dana+1@example.com").reveal(),
            "otpauth://totp/Claviger:dana%2B1%40example.com"
            "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Claviger");
}

TEST(Totp, EverySecretIsAnother) {
  SystemRandom random;
  const Secret first = make_totp_secret(random);
  EXPECT_EQ(first.reveal().size(), 20U);
  EXPECT_NE(first.reveal(), make_totp_secret(random).reveal());
}

}  // namespace
}  // namespace claviger::core
