#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "claviger/base/digest.h"
#include "claviger/base/encoding.h"
#include "claviger/base/error.h"
#include "claviger/base/id.h"
#include "claviger/base/secret.h"
#include "claviger/base/time.h"

namespace claviger {
namespace {

struct ThingKind {
  static constexpr std::string_view kPrefix = "thing";
};

using ThingId = Id<ThingKind>;

TEST(Id, TextAndBackIsTheSameId) {
  SystemRandom random;
  for (int i = 0; i < 1000; ++i) {
    const auto id = ThingId::make(SystemClock{}.now(), random);
    EXPECT_EQ(ThingId::parse(id.str()), id);
  }
}

TEST(Id, LaterIdsSortBehindEarlierOnesAsText) {
  SystemRandom random;
  const Time start = SystemClock{}.now();
  const auto earlier = ThingId::make(start, random);
  const auto later = ThingId::make(start + std::chrono::milliseconds{1}, random);
  EXPECT_LT(earlier.str(), later.str());
  EXPECT_LT(earlier, later);
}

TEST(Id, OnlyTheExactTextIsAnId) {
  const std::string good = "thing_01kat0q6p2e7w8m9xr3v5bn4cd";
  EXPECT_TRUE(ThingId::parse(good));
  for (const std::string bad :
       {"", "thing_", "thing_01kat0q6p2e7w8m9xr3v5bn4c", "thing_01kat0q6p2e7w8m9xr3v5bn4cdd",
        "other_01kat0q6p2e7w8m9xr3v5bn4cd", "thing_81kat0q6p2e7w8m9xr3v5bn4cd",
        "thing_01KAT0Q6P2E7W8M9XR3V5BN4CD", "thing_01kat0q6p2e7w8m9xr3v5bn4cu",
        "thing-01kat0q6p2e7w8m9xr3v5bn4cd", "thing_01kat0q6p2e7w8m9xr3v5bn4c'"})
    EXPECT_FALSE(ThingId::parse(bad)) << bad;
}

TEST(Error, ARefusalNamesAHundredFaultsAtMost) {
  const auto refusal_of = [](std::size_t faults) {
    return Error::invalid(std::vector<Fault>(faults, {"/a", "wrong", PublicText("It is wrong.")}));
  };
  EXPECT_EQ(refusal_of(1).public_text().str(), "It is wrong.");
  EXPECT_EQ(refusal_of(100).faults().size(), 100U);
  const Error flood = refusal_of(5000);
  EXPECT_EQ(flood.faults().size(), 100U);
  EXPECT_THAT(flood.public_text().str(), testing::HasSubstr("5000 faults; the first 100"));
}

TEST(Time, Rfc3339GoesThereAndBack) {
  for (const std::string text : {"2026-11-22T18:45:54Z", "1970-01-01T00:00:00Z",
                                 "2026-12-31T23:59:59.5Z", "2024-02-29T00:00:00.000001Z"})
    EXPECT_EQ(to_rfc3339(*parse_rfc3339(text)), text);
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-01-01T01:30:00+02:00")), "2025-12-31T23:30:00Z");
}

TEST(Time, WhatIsNotATimeIsRefusedInASentence) {
  for (const std::string bad :
       {"", "tomorrow", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "1969-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z ", "2026-1-1T0:0:0Z"}) {
    const auto time = parse_rfc3339(bad);
    ASSERT_FALSE(time.has_value()) << bad;
    EXPECT_THAT(time.error().public_text().str(), testing::HasSubstr("RFC 3339"));
  }
}

TEST(Digest, IsSha256) {
  // FIPS 180-4, example "abc".
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // A context used again starts from nothing.
  EXPECT_EQ(sha256("abc"), sha256("abc"));
}

TEST(Encoding, Base32IsThatOfRfc4648) {
  // §10, without the padding.
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "MY");
  EXPECT_EQ(to_base32("fo"), "MZXQ");
  EXPECT_EQ(to_base32("foo"), "MZXW6");
  EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
  EXPECT_EQ(to_base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

TEST(Encoding, HexReadsOnlyWholeHex) {
  std::array<std::byte, 2> bytes{};
  EXPECT_TRUE(from_hex("0aFf", bytes));
  EXPECT_EQ(to_hex(bytes), "0aff");
  for (const std::string bad : {"0af", "0afff", "0ag0", ""})
    EXPECT_FALSE(from_hex(bad, bytes)) << bad;
}

TEST(Encoding, Utf8RefusesOverlongSurrogatesAndLooseBytes) {
  EXPECT_TRUE(is_utf8("Größe \xF0\x9F\x94\x91"));
  for (const std::string bad :
       {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Secret, MovingLeavesNothingBehind) {
  std::string text = "a secret of some length, more than fits in place";
  Secret first(std::move(text));
  EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): that is the promise under test
  Secret second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): likewise
  EXPECT_EQ(second.reveal(), "a secret of some length, more than fits in place");
}

}  // namespace
}  // namespace claviger
