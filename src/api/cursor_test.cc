#include "claviger/api/cursor.h"

#include <gtest/gtest.h>

namespace claviger::api {
namespace {

const CursorSeal& seal() {
  static const CursorSeal made(Secret("0123456789abcdef0123456789abcdef"));
  return made;
}

TEST(CursorSeal, WhatItSealedItOpens) {
  for (const char* position : {"", "key_1", "a position with \x01 and \xC3\xA9"})
    EXPECT_EQ(seal().open("/v1/keys", seal().seal("/v1/keys", position)), position);
}

TEST(CursorSeal, D01_NobodyElseMakesOne) {
  const std::string cursor = seal().seal("/v1/keys", "key_1");
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string forged = cursor;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal().open("/v1/keys", forged)) << i;
  }
  EXPECT_FALSE(seal().open("/v1/keys", "key_1"));
  EXPECT_FALSE(seal().open("/v1/keys", ""));
  EXPECT_FALSE(seal().open("/v1/keys", std::string(5000, 'A')));
  const CursorSeal other(Secret("another key that nobody else has"));
  EXPECT_FALSE(other.open("/v1/keys", cursor));
}

TEST(CursorSeal, D01_OneListsCursorOpensNoOther) {
  const std::string cursor = seal().seal("/v1/keys", "key_1");
  EXPECT_FALSE(seal().open("/v1/keys?status=active", cursor));
  EXPECT_FALSE(seal().open("/v1/key", "s" + cursor));
}

}  // namespace
}  // namespace claviger::api
