#include "present.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

Uuid uuid_of(std::byte byte) {
  Uuid uuid;
  std::fill(uuid.bytes.begin(), uuid.bytes.end(), byte);
  return uuid;
}

service::LoginView login() {
  service::LoginView login;
  login.key.key.id = core::KeyId(uuid_of(std::byte{0xFF}));
  login.key.key.login_number = 12;
  login.key.key.created_at = from_microseconds(1'597'766'546'013'693);
  return login;
}

// 2^64-1: neither a signed number nor a double holds it.
TEST(Present, TheLargestNumberInTheProviderIsWrittenDigitByDigit) {
  EXPECT_NE(present(login()).dump().find("\"identifierInProvider\":18446744073709551615,"),
            std::string::npos);
}

TEST(Present, ScopesStandInTheOrderOfTheContract) {
  service::LoginView view = login();
  view.key.key.classes = core::ServiceClasses::all();
  EXPECT_EQ(present(view)["scopes"], json({"integration", "rest", "ui"}));
}

TEST(Present, ATimeHasSevenDigitsOfASecond) {
  EXPECT_EQ(present(login())["creationDate"], "2020-08-18T16:02:26.0136930+00:00");
}

TEST(Present, AUuidIsReadAsItIsWrittenAndNoOtherTextIs) {
  const Uuid uuid = uuid_of(std::byte{0xAB});
  EXPECT_EQ(uuid_text(uuid), "abababab-abab-abab-abab-abababababab");
  EXPECT_EQ(parse_uuid("abababab-abab-ABAB-abab-abababababab"), uuid);
  for (const char* wrong :
       {"", "abababab", "abababababab-abab-abab-abababababab-",
        "abababab-abab-abab-abab-ababababab g", "{abababab-abab-abab-abab-ababab}"})
    EXPECT_EQ(parse_uuid(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace claviger::api::veeam
