// Keys of other systems, taken over with the secrets that their holders have.
#include "installation.h"
#include "protected_api.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class KeyImport : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Json key_with(const Json& secret) const {
    Json body = key_body(api_);
    body.update(secret);
    return body;
  }

  [[nodiscard]] Answer import(const std::vector<Json>& keys) const {
    return tenant_.user.post("/v1/keys/import", {{"applicationId", application_}, {"keys", keys}});
  }

  /// As another system might have made it.
  [[nodiscard]] static std::string foreign_secret() {
    return unique("vendor_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d_");
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(KeyImport, TheOldSecretOpensTheGateway) {
  const ProtectedApi gateway(installation(), api_);
  const std::string secret = foreign_secret();
  const Answer imported = import({key_with({{"secret", secret}})});
  ASSERT_EQ(imported.status(), 201) << imported.response.body;
  EXPECT_THAT(imported.response.body, Not(HasSubstr(secret)));
  EXPECT_EQ(imported.body["keys"][0]["lastFour"], secret.substr(secret.size() - 4));
  EXPECT_TRUE(gateway.opens({{"secret", secret}}));
}

TEST_F(KeyImport, ADigestIsEnoughIfItsTextIsDeclaredStrong) {
  // SHA-256 of "vendor-0123456789abcdef0123456789abcdef".
  const std::string digest = "0f6ab6c2f8b3d6d0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8";
  const auto declared = [&](int length, const char* alphabet) {
    return key_with({{"digest", {{"sha256", digest}, {"length", length}, {"alphabet", alphabet}}}});
  };
  EXPECT_THAT(import({declared(20, "hex")}).faults(),
              ElementsAre("/keys/0/digest/length too-weak"));
  EXPECT_EQ(import({declared(40, "runes")}).status(), 422);
  EXPECT_EQ(import({declared(40, "hex")}).status(), 201);
}

TEST_F(KeyImport, ASecretIsOneKeysOverAllOwnersForEver) {
  const std::string secret = foreign_secret();
  const Answer first = import({key_with({{"secret", secret}})});
  ASSERT_EQ(first.status(), 201) << first.response.body;
  const Answer again = import({key_with({{"secret", secret}})});
  EXPECT_EQ(again.status(), 409);
  EXPECT_THAT(again.faults(), ElementsAre("/keys/0/secret secret-taken"));

  const Tenant other = make_tenant();
  const std::string api = unique("fleet");
  other.user.import_fleet(api);
  Json body = key_body(api);
  body["secret"] = secret;
  const Answer foreign = other.user.post(
      "/v1/keys/import",
      {{"applicationId", other.user.make_application()}, {"keys", Json::array({body})}});
  EXPECT_EQ(foreign.status(), 409);
  EXPECT_THAT(foreign.response.body, Not(HasSubstr(tenant_.organization)));

  const std::string path = "/v1/keys/" + first.body["keys"][0].value("id", "");
  ASSERT_EQ(tenant_.user.post(path + "/revoke", {{"reason", "other"}}).status(), 200);
  ASSERT_EQ(tenant_.user.remove(path).status(), 200);
  EXPECT_EQ(import({key_with({{"secret", secret}})}).status(), 409) << "K05";
}

TEST_F(KeyImport, AllAreTakenOverOrNone) {
  const std::string good = foreign_secret();
  const Answer mixed = import({key_with({{"secret", good}}), key_with({{"secret", "hunter2"}}),
                               key_with({{"secret", "clv_ak_0123456789abcdefghijklmnopqrstuv"}})});
  EXPECT_THAT(mixed.faults(), ElementsAre("/keys/1/secret too-weak", "/keys/2/secret not-foreign"));
  EXPECT_THAT(mixed.response.body, Not(HasSubstr("hunter2")));
  EXPECT_TRUE(tenant_.user.list("/v1/keys").empty());
  EXPECT_EQ(import({key_with({{"secret", good}}), key_with({{"secret", good}})}).status(), 409);
  EXPECT_EQ(import({key_with({{"secret", good}})}).status(), 201);
}

TEST_F(KeyImport, TheLimitHoldsForThemToo) {
  std::vector<Json> keys;
  for (int i = 0; i < 11; ++i) keys.push_back(key_with({{"secret", foreign_secret()}}));
  EXPECT_EQ(import(keys).code(), "limit-reached");
  EXPECT_TRUE(tenant_.user.list("/v1/keys").empty());
}

}  // namespace
}  // namespace claviger::test
