// What the provider of an API sees of the keys that may call it, and takes away again.
#include "installation.h"
#include "protected_api.h"
#include "support/waiting.h"

namespace claviger::test {
namespace {

class Consumers : public RestTest {
 protected:
  void SetUp() override {
    for (const std::string& api : {first_, second_}) {
      const std::string id = provider_.user.import_fleet(api).value("id", "");
      ids_.push_back(id);
      const Json most = {{"endpoints", {"*"}}, {"scopes", {"*"}}};
      ASSERT_EQ(
          provider_.user
              .put("/v1/apis/" + id + "/consumption-settings",
                   {{"consumers", {{{"organizationId", consumer_.organization}, {"most", most}}}}})
              .status(),
          200);
    }
  }

  [[nodiscard]] Answer withdraw(const Session& session, std::size_t api, const Json& key) const {
    return session.post(
        "/v1/apis/" + ids_[api] + "/keys/" + key.value("id", "") + "/withdraw?wait=applied",
        {{"reason", "api_defect"}});
  }

  const Tenant provider_ = make_tenant();
  const Tenant consumer_ = make_tenant("Asset Consumer");
  const std::string first_ = unique("first");
  const std::string second_ = unique("second");
  std::vector<std::string> ids_;
};

TEST_F(Consumers, TheProviderSeesTheKeysOfAnApiAndNotTheirOwnersBusiness) {
  Json body = key_body(first_);
  body["description"] = "our secret project";
  const Json key = consumer_.user.make_key(consumer_.user.make_application(), body);
  const auto seen = provider_.user.list("/v1/apis/" + ids_[0] + "/keys");
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["id"], key["id"]);
  EXPECT_EQ(seen[0]["organizationId"], consumer_.organization);
  EXPECT_FALSE(seen[0].contains("description"));
  EXPECT_TRUE(provider_.user.list("/v1/apis/" + ids_[1] + "/keys").empty());
  EXPECT_EQ(provider_.user.get("/v1/keys/" + key.value("id", "")).status(), 404)
      << "the key itself is its owner's";
  EXPECT_EQ(make_tenant().user.get("/v1/apis/" + ids_[0] + "/keys").status(), 404);
  EXPECT_EQ(consumer_.user.get("/v1/apis/" + ids_[0] + "/keys").status(), 403);
}

TEST_F(Consumers, WithdrawingAGrantTakesThatApiAndNoOther) {
  const ProtectedApi first(installation(), first_);
  const ProtectedApi second(installation(), second_);
  Json body = key_body(first_);
  body["grants"].push_back(key_body(second_)["grants"][0]);
  const Json key = consumer_.user.make_key(consumer_.user.make_application(), body);
  ASSERT_TRUE(first.opens(key));
  ASSERT_TRUE(second.opens(key));

  const Answer withdrawn = withdraw(provider_.user, 0, key);
  ASSERT_EQ(withdrawn.status(), 200) << withdrawn.response.body;
  EXPECT_EQ(first.call(key), 403);
  EXPECT_EQ(second.call(key), 200);
  const Json shown = consumer_.user.get("/v1/keys/" + key.value("id", "")).body;
  EXPECT_EQ(shown["grants"][0]["withdrawn"], true);
  EXPECT_EQ(shown["status"], "active");
  EXPECT_EQ(withdraw(provider_.user, 0, key).status(), 404) << "there is no grant any more";

  ASSERT_EQ(withdraw(provider_.user, 1, key).status(), 200);
  EXPECT_EQ(consumer_.user.get("/v1/keys/" + key.value("id", "")).body["status"], "revoked")
      << "nothing is left of it";
  EXPECT_EQ(second.call(key), 401);
}

TEST_F(Consumers, OfAKeyOnSeveralApisAProviderSeesItsOwnAlone) {
  Json body = key_body(first_);
  body["grants"].push_back(key_body(second_)["grants"][0]);
  const Json key = consumer_.user.make_key(consumer_.user.make_application(), body);
  const auto seen = provider_.user.list("/v1/apis/" + ids_[0] + "/keys");
  ASSERT_EQ(seen.size(), 1U);
  ASSERT_EQ(seen[0]["grants"].size(), 1U);
  EXPECT_EQ(seen[0]["grants"][0]["api"], first_);
}

TEST_F(Consumers, WhenAKeyIsUsedOnAnotherApiIsNoneOfAProvidersBusiness) {
  const ProtectedApi first(installation(), first_);
  Json body = key_body(first_);
  const Json alone = consumer_.user.make_key(consumer_.user.make_application(), body);
  body["grants"].push_back(key_body(second_)["grants"][0]);
  const Json both = consumer_.user.make_key(consumer_.user.make_application(), body);
  ASSERT_TRUE(first.opens(alone));
  ASSERT_TRUE(first.opens(both));
  ASSERT_TRUE(eventually([&] {
    const Json key = consumer_.user.get("/v1/keys/" + both.value("id", "")).body;
    return !key["lastUsedAt"].is_null();
  }));
  for (const Json& seen : provider_.user.list("/v1/apis/" + ids_[0] + "/keys"))
    EXPECT_EQ(seen["lastUsedAt"].is_null(), seen["id"] == both["id"]) << seen;
  const Answer tried = provider_.user.post(
      "/v1/apis/" + ids_[0] + "/keys/" + both.value("id", "") + "/withdraw?dryRun=true",
      {{"reason", "other"}});
  ASSERT_EQ(tried.status(), 200) << tried.response.body;
  EXPECT_FALSE(tried.body.contains("impact")) << "the key goes on";
}

TEST_F(Consumers, Z01_ASuccessorDoesNotBringBackWhatTheProviderTookAway) {
  Json body = key_body(first_);
  body["grants"].push_back(key_body(second_)["grants"][0]);
  const Json key = consumer_.user.make_key(consumer_.user.make_application(), body);
  ASSERT_EQ(withdraw(provider_.user, 0, key).status(), 200);
  const Answer made =
      consumer_.user.post("/v1/keys/" + key.value("id", "") + "/successor", Json::object());
  ASSERT_EQ(made.status(), 201) << made.response.body;
  ASSERT_EQ(made.body["grants"].size(), 1U);
  EXPECT_EQ(made.body["grants"][0]["api"], second_);
}

TEST_F(Consumers, NobodyElseWithdraws) {
  const Json key = consumer_.user.make_key(consumer_.user.make_application(), first_);
  EXPECT_EQ(withdraw(consumer_.user, 0, key).status(), 403);
  EXPECT_EQ(withdraw(make_tenant().user, 0, key).status(), 404);
  EXPECT_EQ(withdraw(provider_.user, 1, key).status(), 404) << "a key without a grant on it";
}

}  // namespace
}  // namespace claviger::test
