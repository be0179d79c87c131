// Applications.
#include "installation.h"
#include "protected_api.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Applications : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const ProtectedApi gateway_{installation(), api_};
};

TEST_F(Applications, NameAndDescriptionAreEditedAndNothingElse) {
  const std::string path = "/v1/applications/" + tenant_.user.make_application();
  const Answer edited = tenant_.user.patch(path, {{"name", "billing"}, {"description", ""}});
  ASSERT_EQ(edited.status(), 200) << edited.response.body;
  EXPECT_EQ(tenant_.user.get(path).body["name"], "billing");
  for (const char* field : {"ownerId", "organizationId", "status"})
    EXPECT_THAT(tenant_.user.patch(path, {{field, "x"}}).faults(),
                ElementsAre("/" + std::string(field) + " unknown-field"));
  const Tenant other = make_tenant();
  EXPECT_EQ(other.user.patch(path, {{"name", "mine"}}).status(), 404);
}

TEST_F(Applications, ARevokedOneStopsItsKeysAtOnceAndIsHidden) {
  const std::string application = tenant_.user.make_application();
  const Json key = tenant_.user.make_key(application, api_);
  ASSERT_TRUE(gateway_.opens(key));
  const std::string path = "/v1/applications/" + application;
  const Answer revoked = tenant_.user.act(path + "/revoke?wait=applied");
  ASSERT_EQ(revoked.status(), 200) << revoked.response.body;
  EXPECT_EQ(revoked.body["application"]["status"], "revoked");
  EXPECT_EQ(gateway_.call(key), 401);
  EXPECT_EQ(tenant_.user.get(path).status(), 404);
  EXPECT_EQ(tenant_.user.act(path + "/revoke").status(), 404);
  EXPECT_THAT(tenant_.user.list("/v1/applications"), IsEmpty());
  const Answer found = tenant_.user.get("/v1/keys/" + key.value("id", ""));
  ASSERT_EQ(found.status(), 200) << "the revoked key is still there to be looked at";
  EXPECT_EQ(found.body["status"], "revoked");
  EXPECT_EQ(found.body["revokeReason"], "other");
  EXPECT_EQ(tenant_.user.get("/v1/keys/counts").body["active"], 0);
  EXPECT_EQ(tenant_.user.remove("/v1/keys/" + key.value("id", "")).status(), 200);
}

TEST_F(Applications, TheOneOfPersonalTokensStaysAsItIs) {
  ASSERT_EQ(
      tenant_.user
          .post("/v1/me/tokens",
                {{"name", "mine"},
                 {"grants", {{{"api", api_}, {"endpoints", {"*"}}, {"scopes", Json::array()}}}}})
          .status(),
      201);
  const Json application = tenant_.user.list("/v1/applications").at(0);
  ASSERT_EQ(application["kind"], "personal-tokens");
  const std::string path = "/v1/applications/" + application.value("id", "");
  EXPECT_EQ(tenant_.user.patch(path, {{"name", "renamed"}}).status(), 409);
  EXPECT_EQ(tenant_.user.act(path + "/revoke").status(), 409);
}

TEST_F(Applications, RevokingOneMakesRoomForAnother) {
  std::string last;
  for (int i = 0; i < 10; ++i) last = tenant_.user.make_application(unique("application"));
  const auto make = [&] {
    return tenant_.user.post("/v1/applications", {{"name", "one more"}}).status();
  };
  EXPECT_EQ(make(), 409);
  ASSERT_EQ(tenant_.user.act("/v1/applications/" + last + "/revoke").status(), 200);
  EXPECT_EQ(make(), 201);
}

}  // namespace
}  // namespace claviger::test
