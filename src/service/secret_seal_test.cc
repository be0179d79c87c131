#include "claviger/service/secret_seal.h"

#include <gtest/gtest.h>

namespace claviger::service {
namespace {

TEST(SecretSeal, WhatIsSealedOpensForItsPurposeAlone) {
  SystemRandom random;
  const SecretSeal seal{Secret(std::string("a server's key"))};
  const std::string sealed = seal.seal("totp usr_1", "the secret", random);
  EXPECT_EQ(seal.open("totp usr_1", sealed)->reveal(), "the secret");
  EXPECT_FALSE(seal.open("totp usr_2", sealed)) << "nor in another user's row";
  EXPECT_FALSE(SecretSeal(Secret(std::string("another"))).open("totp usr_1", sealed));
  EXPECT_NE(seal.seal("totp usr_1", "the secret", random), sealed) << "each has its nonce";
}

TEST(SecretSeal, WhatWasTouchedDoesNotOpen) {
  SystemRandom random;
  const SecretSeal seal{Secret(std::string("a server's key"))};
  const std::string sealed = seal.seal("x", "", random);
  EXPECT_TRUE(seal.open("x", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string touched = sealed;
    touched[i] = touched[i] == '0' ? '1' : '0';
    EXPECT_FALSE(seal.open("x", touched)) << i;
  }
  for (const std::string& text : {std::string(), std::string("x"), sealed.substr(2), sealed + "00",
                                  sealed + "0", std::string(500, '0')})
    EXPECT_FALSE(seal.open("x", text)) << text;
}

}  // namespace
}  // namespace claviger::service
