#include "claviger/core/user.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::core {
namespace {

TEST(CanonicalEmail, OneUserHasOneSpelling) {
  EXPECT_EQ(canonical_email("Dana@Example.COM").value(), "dana@example.com");
  EXPECT_EQ(canonical_email("  dana@example.com ").value(), "dana@example.com");
  EXPECT_EQ(canonical_email("dana+api@example.com").value(), "dana+api@example.com");
  EXPECT_EQ(canonical_email("gr\xC3\xB6\xC3\x9F"
                            "e@example.com")
                .value(),
            "gr\xC3\xB6\xC3\x9F"
            "e@example.com");
}

TEST(CanonicalEmail, ACanonicalAddressStaysAsItIs) {
  const std::string once = canonical_email(" A@B ").value();
  EXPECT_EQ(canonical_email(once).value(), once);
}

TEST(CanonicalEmail, WhatIsNoAddressIsRefusedInASentence) {
  for (const std::string text :
       {"", " ", "@", "dana", "dana@", "@example.com", "a@b@c", "a b@example.com",
        "<dana@example.com>", "dana@example.com, eve@example.com",
        "dana@example.com\r\nBcc: eve@example.com", "a\t@b", "\"a\"@b", "a;b@c", "a:b@c", "a\\b@c",
        "a(b)@c", "\xFF@example.com", "dana@example.com\x7F"}) {
    const auto email = canonical_email(text);
    ASSERT_FALSE(email.has_value()) << text;
    EXPECT_EQ(email.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(email.error().public_text().str(), testing::HasSubstr("e-mail"));
  }
  EXPECT_FALSE(canonical_email(std::string("a\0@b", 4)).has_value());
}

TEST(CanonicalEmail, AnAddressMayBeAsLongAsMailAllows) {
  const std::string end = "@example.com";
  EXPECT_TRUE(canonical_email(std::string(254 - end.size(), 'a') + end).has_value());
  EXPECT_FALSE(canonical_email(std::string(255 - end.size(), 'a') + end).has_value());
}

}  // namespace
}  // namespace claviger::core
