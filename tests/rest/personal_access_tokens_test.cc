// Personal access tokens, and what keys may give that call the management API themselves.
#include "installation.h"
#include "protected_api.h"
#include "support/waiting.h"

namespace claviger::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class Tokens : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] static Json management(const Json& scopes) {
    return {{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", scopes}};
  }

  [[nodiscard]] static Json body_with(const std::vector<Json>& grants,
                                      const Json& more = Json::object()) {
    Json body = {{"name", "token"}, {"grants", grants}};
    body.update(more);
    return body;
  }

  [[nodiscard]] Answer make(const Json& body) const {
    return tenant_.user.post("/v1/me/tokens", body);
  }

  /// Somebody who calls with a token, once the server decides by it.
  [[nodiscard]] Session caller_with(const Json& body) const {
    const Answer token = make(body);
    EXPECT_EQ(token.status(), 201) << token.response.body;
    Session caller(endpoint(), token.body.value("secret", ""));
    EXPECT_TRUE(eventually([&] { return caller.get("/v1/me").status() == 200; }));
    return caller;
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(Tokens, ATokenWorksOnTheManagementApiAndAtTheGateway) {
  const ProtectedApi gateway(installation(), api_);
  const Answer token =
      make(body_with({management({"applications:view"}), key_body(api_)["grants"][0]}));
  ASSERT_EQ(token.status(), 201) << token.response.body;
  EXPECT_THAT(token.body.value("secret", ""), testing::StartsWith("clv_pat_"));
  EXPECT_EQ(token.body["kind"], "pat");
  EXPECT_TRUE(gateway.opens(token.body));
  const Session caller(endpoint(), token.body.value("secret", ""));
  EXPECT_EQ(caller.get("/v1/applications").status(), 200);
  EXPECT_EQ(caller.get("/v1/users").status(), 403);
  const std::string id = token.body.value("id", "");
  EXPECT_EQ(tenant_.user.list("/v1/me/tokens").size(), 1U);
  ASSERT_EQ(
      tenant_.user.post("/v1/keys/" + id + "/revoke?wait=applied", {{"reason", "other"}}).status(),
      200);
  EXPECT_EQ(caller.get("/v1/applications").status(), 401);
  EXPECT_EQ(gateway.call(token.body), 401);
}

TEST_F(Tokens, TheyStandOutsideTheLimitsInAnApplicationOfTheirOwn) {
  for (int i = 0; i < 12; ++i)
    ASSERT_EQ(make(body_with({management({"applications:view"})})).status(), 201);
  const auto applications = tenant_.user.list("/v1/applications");
  ASSERT_EQ(applications.size(), 2U);
  const auto own = std::find_if(applications.begin(), applications.end(), [](const Json& found) {
    return found["kind"] == "personal-tokens";
  });
  ASSERT_NE(own, applications.end());
  EXPECT_EQ((*own)["name"], "Personal access tokens");
  const std::string path = "/v1/applications/" + own->value("id", "");
  EXPECT_EQ(tenant_.user.post(path + "/keys", key_body(api_)).status(), 409);
  for (int i = 0; i < 9; ++i) (void)tenant_.user.make_application();
  EXPECT_EQ(tenant_.user.post("/v1/applications", {{"name", "a"}}).code(), "limit-reached");
}

TEST_F(Tokens, ServiceClassesShutOutWhatTheyDoNotName) {
  const std::vector<Json> all = {management({"applications:view"}), key_body(api_)["grants"][0]};
  EXPECT_THAT(make(body_with(all, {{"serviceClasses", {"rest"}}})).faults(),
              ElementsAre("/grants/1/api outside-the-classes"));
  EXPECT_THAT(make(body_with(all, {{"serviceClasses", {"integration"}}})).faults(),
              ElementsAre("/grants/0/api outside-the-classes"));
  EXPECT_EQ(make(body_with(all, {{"serviceClasses", {"magic"}}})).status(), 422);
  EXPECT_EQ(make(body_with(all, {{"serviceClasses", Json::array()}})).status(), 422);
  const Session ui =
      caller_with(body_with({management({"applications:view"})}, {{"serviceClasses", {"ui"}}}));
  EXPECT_EQ(ui.get("/v1/applications").status(), 200);
}

TEST_F(Tokens, AReadOnlyTokenReads) {
  const Session reader =
      caller_with(body_with({management({"applications:create"})}, {{"readOnly", true}}));
  EXPECT_EQ(reader.get("/v1/applications").status(), 200);
  EXPECT_EQ(reader.send({.method = "HEAD", .target = "/v1/applications"}).status(), 200);
  EXPECT_EQ(reader.post("/v1/applications", {{"name", "a"}}).status(), 403);
}

TEST_F(Tokens, Z01_AKeyGivesNothingBeyondItself) {
  const std::string path = "/v1/applications/" + application_ + "/keys";
  const Session issuer = caller_with(body_with({management({"any-keys:create"})}));
  const Answer beyond = issuer.post(path, key_body(api_));
  EXPECT_EQ(beyond.status(), 422) << beyond.response.body;
  EXPECT_THAT(beyond.faults(), Contains("/grants/0/endpoints beyond-your-rights"));
  EXPECT_EQ(issuer.post(path, body_with({management({"my-keys:create"})})).status(), 201);
  EXPECT_EQ(issuer.post(path, body_with({management({"users:view"})})).status(), 422);

  const Session reading = caller_with(
      body_with({management({"my-keys:create"}),
                 {{"api", api_}, {"endpoints", {"GET /devices"}}, {"scopes", {"devices:read"}}}}));
  const Json narrow = {
      {"api", api_}, {"endpoints", {"GET /devices"}}, {"scopes", {"devices:read"}}};
  EXPECT_EQ(reading.post(path, body_with({narrow})).status(), 201);
  EXPECT_EQ(reading.post(path, key_body(api_)).status(), 422);
}

TEST_F(Tokens, Z01_AKeysChildrenEndWithItAndComeFromWhereItComesFrom) {
  const std::string path = "/v1/applications/" + application_ + "/keys";
  const Session issuer =
      caller_with(body_with({management({"any-keys:create", "any-keys:restrict"})},
                            {{"expiresIn", "1h"}, {"allowedIps", {"127.0.0.0/8"}}}));
  const auto child = [&](const Json& more) {
    return issuer.post(path, body_with({management({"my-keys:create"})}, more));
  };
  const Json inside = {{"expiresIn", "30min"}, {"allowedIps", {"127.0.0.1"}}};
  EXPECT_EQ(child(inside).status(), 201);
  Json longer = inside;
  longer["expiresIn"] = "2h";
  EXPECT_THAT(child(longer).faults(), ElementsAre("/expiresAt beyond-your-key"));
  EXPECT_THAT(child({{"allowedIps", {"127.0.0.1"}}}).faults(),
              ElementsAre("/expiresAt beyond-your-key"));
  EXPECT_THAT(child({{"expiresIn", "30min"}}).faults(), ElementsAre("/allowedIps beyond-your-key"));
  Json wider = inside;
  wider["allowedIps"] = {"127.0.0.1", "10.0.0.1"};
  EXPECT_THAT(child(wider).faults(), ElementsAre("/allowedIps beyond-your-key"));
}

TEST_F(Tokens, Z01_AKeyDoesNotTakeTheSecretOfOneThatMayMore) {
  const Json strong = tenant_.user.make_key(application_, api_);
  const Session issuer = caller_with(body_with({management({"any-keys:create"})}));
  const Answer taken =
      issuer.post("/v1/keys/" + strong.value("id", "") + "/rotate", Json::object());
  EXPECT_EQ(taken.status(), 422) << taken.response.body;
  EXPECT_FALSE(taken.body.contains("key"));
  EXPECT_EQ(tenant_.user.verify(strong, api_)["allowed"], true);
}

TEST_F(Tokens, Z01_NobodyTakesTheSecretOfAKeyThatMayMoreThanThemselves) {
  const Answer role = tenant_.user.post(
      "/v1/roles",
      {{"name", unique("key maker")},
       {"permissions",
        {"Create access keys for any application", "View access keys for any application"}}});
  ASSERT_EQ(role.status(), 201) << role.response.body;
  const Person maker = make_person(tenant_, role.body.value("name", ""));
  const Json strong = tenant_.user.make_key(application_, api_);
  const auto rotated = [&](const Json& key) {
    return maker.session.post("/v1/keys/" + key.value("id", "") + "/rotate", Json::object());
  };
  EXPECT_EQ(rotated(strong).status(), 422);
  const Answer token = make(body_with({management({"applications:view"})}));
  ASSERT_EQ(token.status(), 201) << token.response.body;
  EXPECT_EQ(rotated(token.body).status(), 403) << "a token is its user's alone";
}

TEST_F(Tokens, Z01_AKeyDoesNotStrengthenOneThatMayMore) {
  const Session weak = caller_with(
      body_with({management({"any-keys:create", "any-keys:revoke", "any-keys:restrict"})}));
  Json strong = key_body(api_);
  strong["expiresIn"] = "30d";
  strong["allowedIps"] = {"192.0.2.0/24"};
  const Json key = tenant_.user.make_key(application_, strong);
  const std::string path = "/v1/keys/" + key.value("id", "");
  EXPECT_EQ(weak.post(path + "/renew", {{"expiresIn", "60d"}}).status(), 422);
  EXPECT_EQ(weak.patch(path, {{"allowedIps", nullptr}}).status(), 422);
  EXPECT_EQ(weak.act(path + "/disable").status(), 200) << "what stops something is always allowed";
  EXPECT_EQ(weak.act(path + "/enable").status(), 422);
  EXPECT_EQ(tenant_.user.act(path + "/enable").status(), 200);
  const Answer token = make(body_with({management({"applications:view"})}, {{"expiresIn", "1d"}}));
  const std::string of_token = "/v1/keys/" + token.body.value("id", "");
  EXPECT_EQ(weak.post(of_token + "/renew", {{"expiresIn", "60d"}}).status(), 403);
}

TEST_F(Tokens, Z01_AKeysChildrenAreOfItsClasses) {
  const std::string path = "/v1/applications/" + application_ + "/keys";
  const Session ui =
      caller_with(body_with({management({"any-keys:create"})}, {{"serviceClasses", {"ui"}}}));
  const Json wanted = {management({"my-keys:create"})};
  EXPECT_THAT(ui.post(path, body_with(wanted)).faults(),
              ElementsAre("/serviceClasses beyond-your-key"));
  EXPECT_EQ(ui.post(path, body_with(wanted, {{"serviceClasses", {"ui"}}})).status(), 201);
}

TEST_F(Tokens, Z01_AKeyDoesNothingThatMakesOrChangesAPerson) {
  const Person person = make_person(tenant_, "Operator");
  const Session key = caller_with(body_with({management({"users:manage", "roles:manage"})}));
  const auto refused = [](const Answer& answer) { EXPECT_EQ(answer.status(), 403); };
  refused(key.post("/v1/users", {{"email", unique("made") + "@example.com"},
                                 {"name", "Made"},
                                 {"password", kPassword},
                                 {"roles", {"Operator"}}}));
  refused(key.act("/v1/users/" + person.id + "/reset-password"));
  refused(key.remove("/v1/users/" + person.id + "/totp"));
  const std::string me = tenant_.user.get("/v1/me").body.value("id", "");
  refused(key.post("/v1/users/" + me + "/handover", {{"toUserId", person.id}}));
  refused(key.post("/v1/me/password", {{"currentPassword", kPassword}, {"password", "another"}}));
  const auto sessions = tenant_.user.list("/v1/me/sessions");
  ASSERT_FALSE(sessions.empty());
  refused(key.remove("/v1/me/sessions/" + sessions[0].value("id", "")));
}

TEST_F(Tokens, Z01_AHandoverLeavesTokensBehind) {
  const Person giver = make_person(tenant_, "Asset Consumer");
  const Person receiver = make_person(tenant_, "Organization Administrator");
  const Answer token =
      giver.session.post("/v1/me/tokens", body_with({management({"applications:view"})}));
  ASSERT_EQ(token.status(), 201) << token.response.body;
  const std::string tokens = token.body.value("applicationId", "");
  const std::string path = "/v1/users/" + giver.id + "/handover";
  EXPECT_EQ(giver.session.post(path, {{"toUserId", receiver.id}}).status(), 409)
      << "there is nothing else to hand over";
  EXPECT_EQ(
      giver.session.post(path, {{"toUserId", receiver.id}, {"applications", {tokens}}}).status(),
      422);
  const std::string usual = giver.session.make_application();
  const Answer offered = giver.session.post(path, {{"toUserId", receiver.id}});
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  const std::string accept = "/v1/handovers/" + offered.body.value("id", "") + "/accept";
  ASSERT_EQ(receiver.session.act(accept).status(), 200);
  EXPECT_EQ(giver.session.list("/v1/me/tokens").size(), 1U);
  EXPECT_TRUE(receiver.session.list("/v1/me/tokens").empty());
}

TEST_F(Tokens, ATokenIsItsUsersOwnAndStopsWithThem) {
  const Person person = make_person(tenant_, "Asset Consumer");
  const Answer token =
      person.session.post("/v1/me/tokens", body_with({management({"applications:view"})}));
  ASSERT_EQ(token.status(), 201) << token.response.body;
  const Session caller(endpoint(), token.body.value("secret", ""));
  EXPECT_TRUE(eventually([&] { return caller.get("/v1/me").status() == 200; }));
  EXPECT_TRUE(tenant_.user.list("/v1/me/tokens").empty());
  ASSERT_EQ(tenant_.user.act("/v1/users/" + person.id + "/disable?wait=applied").status(), 200);
  EXPECT_EQ(caller.get("/v1/me").status(), 401);
}

}  // namespace
}  // namespace claviger::test
