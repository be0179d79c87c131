#include "claviger/core/key_text.h"

#include <array>
#include <map>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct KindText {
  SecretKind kind;
  std::string_view name;
  std::size_t length;
};

constexpr std::array<KindText, 9> kKinds = {{
    {SecretKind::kAccessKey, "ak", 45},
    {SecretKind::kPersonalAccessToken, "pat", 46},
    {SecretKind::kOauthAccessToken, "oat", 46},
    {SecretKind::kOauthRefreshToken, "ort", 46},
    {SecretKind::kClientSecret, "cs", 45},
    {SecretKind::kAgent, "agt", 46},
    {SecretKind::kSession, "ses", 57},
    {SecretKind::kLink, "lnk", 57},
    {SecretKind::kRecoveryCode, "rec", 34},
}};

std::string make(SecretKind kind) {
  SystemRandom random;
  return std::string(make_secret(kind, random).reveal());
}

TEST(KeyText, EveryKindHasItsFormAndIsReadBackAsItself) {
  for (const KindText& kind : kKinds) {
    const std::string text = make(kind.kind);
    EXPECT_EQ(to_string(kind.kind), kind.name);
    EXPECT_TRUE(text.starts_with("clv_" + std::string(kind.name) + "_")) << text;
    EXPECT_EQ(text.size(), kind.length) << text;
    EXPECT_EQ(text.find_first_not_of(kBase62, kind.name.size() + 5), std::string::npos) << text;
    EXPECT_EQ(parse_key_text(text), kind.kind) << text;
    EXPECT_TRUE(is_marked_as_ours(text));
  }
}

TEST(KeyText, ChecksumIsTheCrc32ThatOtherToolsCompute) {
  // CRC-32/ISO-HDLC of what stands before it, as any zlib computes it: 0x0495A412, 0xDD2E83B0.
  EXPECT_EQ(parse_key_text("clv_ak_0000000000000000000000000000000005CjII"),
            SecretKind::kAccessKey);
  EXPECT_EQ(parse_key_text("clv_ses_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG438C0G"),
            SecretKind::kSession);
}

TEST(KeyText, AHundredThousandSecretsAreDistinctAndValid) {
  SystemRandom random;
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 100'000; ++i) {
    std::string text(make_secret(SecretKind::kAccessKey, random).reveal());
    ASSERT_EQ(parse_key_text(text), SecretKind::kAccessKey) << text;
    ASSERT_TRUE(seen.insert(std::move(text)).second);
  }
}

TEST(KeyText, EveryRandomDigitIsEquallyLikely) {
  SystemRandom random;
  std::map<char, int> counts;
  constexpr int kSecrets = 20'000;
  for (int i = 0; i < kSecrets; ++i) {
    const Secret secret = make_secret(SecretKind::kAccessKey, random);
    for (const char c : secret.reveal().substr(7, 32)) ++counts[c];
  }
  // 640,000 digits: 10,323 of each expected, standard deviation 101; seven of them are enough.
  constexpr double kExpected = kSecrets * 32 / 62.0;
  EXPECT_EQ(counts.size(), kBase62.size());
  for (const auto& [digit, count] : counts) EXPECT_NEAR(count, kExpected, 700) << digit;
}

/// Hands out the same byte for ever, then ordinary ones.
class StubbornRandom final : public Random {
 public:
  explicit StubbornRandom(std::byte byte) : byte_(byte) {}

  void fill(std::span<std::byte> bytes) override {
    std::fill(bytes.begin(), bytes.end(), byte_);
    byte_ = std::byte{0};
  }

 private:
  std::byte byte_;
};

TEST(KeyText, BytesThatWouldFavourSomeDigitsAreThrownAway) {
  StubbornRandom random(std::byte{0xFF});  // 248 to 255 would make the first eight digits likelier
  EXPECT_EQ(make_secret(SecretKind::kAccessKey, random).reveal().substr(7, 32),
            std::string(32, '0'));
}

TEST(KeyText, N16_TruncatedOrExtendedTextIsRefused) {
  for (const KindText& kind : kKinds) {
    const std::string text = make(kind.kind);
    for (std::size_t length = 0; length < text.size(); ++length) {
      EXPECT_FALSE(parse_key_text(text.substr(0, length))) << length;
      EXPECT_FALSE(parse_key_text(text.substr(text.size() - length))) << length;
    }
    for (const std::string end : {"0", "A", "=", " ", "\t", "\n"})
      EXPECT_FALSE(parse_key_text(text + end));
    EXPECT_FALSE(parse_key_text(text + std::string(1, '\0')));
    EXPECT_FALSE(parse_key_text(text + text));
    EXPECT_FALSE(parse_key_text(text + ", " + text));
    for (const std::size_t size : {8U << 10U, 64U << 10U, 512U << 10U})
      EXPECT_FALSE(parse_key_text(text + std::string(size, 'x')));
  }
}

TEST(KeyText, N16_NoSingleBitCanBeFlipped) {
  for (const KindText& kind : kKinds) {
    const std::string text = make(kind.kind);
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
      std::string flipped = text;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(parse_key_text(flipped)) << flipped;
    }
  }
}

TEST(KeyText, N16_OtherCaseIsAnotherText) {
  const std::string text = "clv_ak_0000000000000000000000000000000005CjII";
  ASSERT_TRUE(parse_key_text(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isalpha(static_cast<unsigned char>(text[i])) == 0) continue;
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(parse_key_text(changed)) << changed;
  }
}

TEST(KeyText, N16_WhiteSpaceAroundOrWithinIsRefused) {
  const std::string text = make(SecretKind::kAccessKey);
  for (const char space : std::string(" \t\r\n\v\f")) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      EXPECT_FALSE(parse_key_text(std::string(text).insert(at, 1, space)));
      EXPECT_FALSE(parse_key_text(std::string(text).replace(at, 1, 1, space)));
    }
    EXPECT_FALSE(parse_key_text(text + space));
  }
}

TEST(KeyText, N16_LookAlikeLettersAreRefused) {
  const std::string text = make(SecretKind::kAccessKey);
  const std::string rest = text.substr(7);
  EXPECT_FALSE(parse_key_text("\xD1\x81lv_ak_" + rest));      // Cyrillic es for c
  EXPECT_FALSE(parse_key_text("clv_\xD0\xB0k_" + rest));      // Cyrillic a
  EXPECT_FALSE(parse_key_text("\xEF\xBD\x83lv_ak_" + rest));  // fullwidth c
  EXPECT_FALSE(
      parse_key_text("clv\xEF\xBC\xBF"
                     "ak_" +
                     rest));  // fullwidth low line
  EXPECT_FALSE(parse_key_text("clv-ak-" + rest));
  for (std::size_t at = 7; at < text.size(); ++at) {
    for (const std::string twin : {"\xD0\x9E", "\xEF\xBC\x91", "-", "_", "+", "/"})
      EXPECT_FALSE(parse_key_text(std::string(text).replace(at, 1, twin)));
  }
}

TEST(KeyText, N16_OtherEncodingsOfTheSameBytesAreRefused) {
  for (const std::string text :
       {"Y2x2X2FrXzAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDVDaklJ",  // base64
        "clv%5Fak%5F0000000000000000000000000000000005CjII",
        "\"clv_ak_0000000000000000000000000000000005CjII\"",
        "Bearer clv_ak_0000000000000000000000000000000005CjII",
        "clv_ak_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=05CjII"})
    EXPECT_FALSE(parse_key_text(text)) << text;
}

TEST(KeyText, Z06_ATextOfOneKindIsNoneOfAnother) {
  for (const KindText& from : kKinds) {
    const std::string text = make(from.kind);
    for (const KindText& to : kKinds) {
      if (from.kind == to.kind) continue;
      const std::string tail = text.substr(from.name.size() + 5);
      EXPECT_FALSE(parse_key_text("clv_" + std::string(to.name) + "_" + tail));
    }
  }
  for (const std::string unknown : {"", "a", "AK", "xyz", "ak_ak"})
    EXPECT_FALSE(parse_key_text("clv_" + unknown + "_0000000000000000000000000000000005CjII"));
}

TEST(KeyText, HintShowsTheKindAndFourCharactersAtEachEnd) {
  SystemRandom random;
  for (const KindText& kind : kKinds) {
    const Secret secret = make_secret(kind.kind, random);
    const std::string_view text = secret.reveal();
    const KeyHint hint = hint_of(secret);
    EXPECT_EQ(hint.prefix, text.substr(0, kind.name.size() + 9));
    EXPECT_EQ(hint.last_four, text.substr(text.size() - 4));
  }
}

TEST(KeyText, HintOfAForeignSecretShowsNoMoreThanFourCharactersAtEachEnd) {
  const std::string foreign = "0123456789abcdef0123456789abcdef_tail";
  const KeyHint hint = hint_of(Secret(std::string(foreign)));
  EXPECT_EQ(hint.prefix, "0123");
  EXPECT_EQ(hint.last_four, "tail");
  for (const std::string tiny : {"", "a", "abc"})
    EXPECT_LE(hint_of(Secret(std::string(tiny))).prefix.size(), 3U);
}

}  // namespace
}  // namespace claviger::core
