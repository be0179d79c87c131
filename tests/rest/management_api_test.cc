// Keys on the management API itself: they do what their scopes and their maker's permissions say.
#include "installation.h"
#include "support/process.h"
#include "support/waiting.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ManagementApi : public RestTest {
 protected:
  [[nodiscard]] static Json body_with(const Json& scopes, bool read_only = false) {
    return {{"name", "automation"},
            {"readOnly", read_only},
            {"grants", {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", scopes}}}}};
  }

  /// Somebody who calls with a key, once the server decides by it.
  [[nodiscard]] Session caller_with(const Json& body, const Session& maker) const {
    const Json key = maker.make_key(maker.make_application(), body);
    Session caller(endpoint(), key.value("secret", ""));
    EXPECT_TRUE(eventually([&] { return caller.get("/v1/me").status() == 200; }));
    return caller;
  }

  const Tenant tenant_ = make_tenant();
};

TEST_F(ManagementApi, AKeyDoesWhatItsScopesSayAndNoMore) {
  const Session key = caller_with(body_with({"applications:create"}), tenant_.user);
  EXPECT_EQ(key.post("/v1/applications", {{"name", "by a key"}}).status(), 201);
  EXPECT_EQ(key.get("/v1/applications").status(), 200) << "creating includes viewing";
  const Answer refused = key.get("/v1/users");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("\"View users\""));
}

TEST_F(ManagementApi, AReadOnlyKeyReads) {
  const Session key =
      caller_with(body_with({"users:view", "applications:create"}, true), tenant_.user);
  EXPECT_EQ(key.get("/v1/users").status(), 200);
  const Answer refused = key.post("/v1/applications", {{"name", "by a key"}});
  EXPECT_EQ(refused.status(), 403);
}

TEST_F(ManagementApi, Z01_ScopesBeyondTheMakersPermissionsAreRefusedEachByName) {
  const Session consumer = make_user(tenant_, "Asset Consumer");
  const Answer refused =
      consumer.post("/v1/applications/" + consumer.make_application() + "/keys",
                    body_with({"applications:view", "users:manage", "audit:none"}));
  EXPECT_EQ(refused.status(), 422);
  EXPECT_THAT(refused.faults(), ElementsAre("/grants/0/scopes/2 unknown-scope",
                                            "/grants/0/scopes beyond-your-rights"))
      << "an unknown name hides none that is beyond";
  EXPECT_THAT(refused.response.body, HasSubstr("users:manage"));
  const Answer beyond =
      consumer.post("/v1/applications/" + consumer.make_application() + "/keys",
                    body_with({"applications:view", "users:manage", "gateways:view"}));
  EXPECT_EQ(beyond.status(), 422);
  EXPECT_EQ(beyond.faults().size(), 2U) << beyond.response.body;
}

TEST_F(ManagementApi, Z01_EveryScopeIsForWhoHoldsEveryPermissionAndShrinksWithThem) {
  const Person chief = make_person(make_tenant("Administrator"), "Administrator");
  const Session key = caller_with(body_with({"*"}), chief.session);
  EXPECT_EQ(key.get("/v1/organizations").status(), 200);
  EXPECT_EQ(key.get("/v1/audit").status(), 200);
  ASSERT_EQ(administrator()
                .patch("/v1/users/" + chief.id + "?wait=applied", {{"roles", {"Asset Consumer"}}})
                .status(),
            200);
  EXPECT_EQ(key.get("/v1/applications").status(), 200);
  EXPECT_EQ(key.get("/v1/audit").status(), 403);
  const Answer refused = tenant_.user.post("/v1/me/tokens", body_with({"*"}));
  EXPECT_THAT(refused.faults(), ElementsAre("/grants/0/scopes beyond-your-rights"));
}

TEST_F(ManagementApi, K02_ADemotedMakersKeyShrinksAtOnce) {
  const Person maker = make_person(tenant_, "Organization Administrator");
  const Session key = caller_with(body_with({"users:view", "applications:view"}), maker.session);
  ASSERT_EQ(key.get("/v1/users").status(), 200);
  ASSERT_EQ(
      tenant_.user.patch("/v1/users/" + maker.id + "?wait=applied", {{"roles", {"Asset Consumer"}}})
          .status(),
      200);
  EXPECT_EQ(key.get("/v1/users").status(), 403);
  EXPECT_EQ(key.get("/v1/applications").status(), 200);
}

TEST_F(ManagementApi, K01_ARevokedKeyIsRefused) {
  const Json made =
      tenant_.user.make_key(tenant_.user.make_application(), body_with({"applications:view"}));
  const Session key(endpoint(), made.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return key.get("/v1/applications").status() == 200; }));
  ASSERT_EQ(tenant_.user
                .post("/v1/keys/" + made.value("id", "") + "/revoke?wait=applied",
                      {{"reason", "superseded"}})
                .status(),
            200);
  const Answer refused = key.get("/v1/applications");
  EXPECT_EQ(refused.status(), 401);
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("revoked"))
      << "whoever holds the secret learns why";
}

TEST_F(ManagementApi, Z06_AKeyForAnotherApiOpensNothingHere) {
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const Json made = tenant_.user.make_key(tenant_.user.make_application(), api);
  const Session key(endpoint(), made.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return key.get("/v1/me").status() != 401; }));
  EXPECT_EQ(key.get("/v1/me").status(), 403);
}

/// How many calls the counters of this host hold, of all keys together.
std::int64_t counted_calls(const std::string& state_dir) {
  const Finished inspected = run({CLAVIGER_PROGRAM, "agent", "inspect", "--state-dir", state_dir});
  return Json::parse(inspected.output).value("countedCalls", std::int64_t{-1});
}

TEST_F(ManagementApi, ACallWithALongBodyIsJudgedTwiceAndCountedOnce) {
  const Session key = caller_with(body_with({"assets:modify"}), tenant_.user);
  Json document = fleet_document();
  document["info"]["description"] = std::string(200'000, 'x');
  const std::int64_t before = counted_calls(installation().state_dir());
  const Answer imported =
      key.post("/v1/apis/import?name=" + unique("long") + "&upstream=http://127.0.0.1:9", document);
  EXPECT_EQ(imported.status(), 201) << imported.response.body;
  EXPECT_EQ(counted_calls(installation().state_dir()), before + 1);
}

TEST_F(ManagementApi, ItsNameIsTakenAndItsSettingsAreNobodys) {
  const Answer taken = tenant_.user.post(
      "/v1/apis/import?name=claviger&upstream=http://127.0.0.1:9", fleet_document());
  EXPECT_THAT(taken.faults(), ElementsAre("name reserved-name"));
  const auto apis = administrator().list("/v1/apis");
  const auto own = std::find_if(apis.begin(), apis.end(),
                                [](const Json& api) { return api["name"] == "claviger"; });
  ASSERT_NE(own, apis.end());
  const Answer set = administrator().put(
      "/v1/apis/" + own->value("id", "") + "/consumption-settings", {{"consumers", Json::array()}});
  EXPECT_EQ(set.status(), 409) << set.response.body;
}

}  // namespace
}  // namespace claviger::test
