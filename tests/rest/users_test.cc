// Users: making them, changing them, their end; what each step does to their keys and sessions.
#include "installation.h"
#include "protected_api.h"
#include "support/waiting.h"

#include <thread>

namespace claviger::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Users : public RestTest {
 protected:
  /// A key of the person that opens the tenant's API.
  [[nodiscard]] Json key_of(const Person& person) {
    return person.session.make_key(person.session.make_application(), api_);
  }

  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] static Answer choose_password(const std::string& token, std::string_view password) {
    return send(endpoint(), {.method = "POST",
                             .target = "/v1/passwords",
                             .body = Json({{"token", token}, {"password", password}}).dump()});
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const ProtectedApi gateway_{installation(), api_};
};

TEST_F(Users, AUserIsMadeSeenChangedAndGone) {
  const std::string email = unique("dana") + "@example.com";
  const Answer made = tenant_.user.post(
      "/v1/users",
      {{"email", email}, {"name", "Dana"}, {"password", kPassword}, {"roles", {"Asset Consumer"}}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const std::string path = "/v1/users/" + made.body.value("id", "");
  EXPECT_EQ(tenant_.user.get(path).body["email"], email);
  const Answer renamed = tenant_.user.patch(path, {{"name", "Dana D."}});
  ASSERT_EQ(renamed.status(), 200) << renamed.response.body;
  EXPECT_EQ(renamed.body["user"]["name"], "Dana D.");
  EXPECT_EQ(tenant_.user.list("/v1/users?email=" + email).size(), 1U);
  EXPECT_EQ(tenant_.user.remove(path).status(), 200);
  EXPECT_EQ(tenant_.user.get(path).status(), 404);
  EXPECT_THAT(tenant_.user.list("/v1/users?email=" + email), IsEmpty());
  EXPECT_EQ(sign_in(endpoint(), email).token(), "");
}

TEST_F(Users, K02_DisablingAUserStopsTheKeysAtOnceAndEnablingLetsThemGoOn) {
  const Person dana = make_person(tenant_, "Organization Administrator");
  const Json key = key_of(dana);
  ASSERT_TRUE(gateway_.opens(key));
  const Answer disabled = tenant_.user.act("/v1/users/" + dana.id + "/disable?wait=applied");
  ASSERT_EQ(disabled.status(), 200) << disabled.response.body;
  EXPECT_EQ(disabled.body["receipt"]["gateways"][0]["state"], "applied");
  EXPECT_EQ(gateway_.call(key), 401);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401) << "the sessions have ended";
  EXPECT_EQ(sign_in(endpoint(), dana.email).token(), "");
  EXPECT_EQ(tenant_.user.act("/v1/users/" + dana.id + "/disable").status(), 409);
  ASSERT_EQ(tenant_.user.act("/v1/users/" + dana.id + "/enable?wait=applied").status(), 200);
  EXPECT_EQ(gateway_.call(key), 200);
}

TEST_F(Users, K02_ADeletedUsersKeysStopAtOnceAndAreRevoked) {
  const Person dana = make_person(tenant_, "Organization Administrator");
  const Json key = key_of(dana);
  ASSERT_TRUE(gateway_.opens(key));
  ASSERT_EQ(tenant_.user.remove("/v1/users/" + dana.id + "?wait=applied").status(), 200);
  EXPECT_EQ(gateway_.call(key), 401);
  const Answer seen = tenant_.user.get("/v1/keys/" + key.value("id", ""));
  ASSERT_EQ(seen.status(), 200) << seen.response.body;
  EXPECT_EQ(seen.body["status"], "revoked");
  EXPECT_EQ(seen.body["revokeReason"], "owner_left");
  EXPECT_EQ(tenant_.user.get("/v1/applications/" + key.value("applicationId", "")).status(), 404);
}

TEST_F(Users, K02_ADemotedUsersKeysShrinkAtOnce) {
  const Person dana = make_person(tenant_, "Asset Provider");
  const Json key = key_of(dana);
  ASSERT_TRUE(gateway_.opens(key));
  const Answer demoted =
      tenant_.user.patch("/v1/users/" + dana.id + "?wait=applied", {{"roles", {"Asset Consumer"}}});
  ASSERT_EQ(demoted.status(), 200) << demoted.response.body;
  EXPECT_EQ(gateway_.call(key), 403) << "who manages the API no more holds no right on it";
}

TEST_F(Users, S01_AnotherRoleEndsTheSessions) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  ASSERT_EQ(tenant_.user.patch("/v1/users/" + dana.id, {{"name", "Dana"}}).status(), 200);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 200) << "a name is no role";
  ASSERT_EQ(tenant_.user.patch("/v1/users/" + dana.id, {{"roles", {"Auditor"}}}).status(), 200);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401);
}

TEST_F(Users, NobodyRulesOverWhoHoldsMore) {
  const Answer self = administrator().get("/v1/me");
  const std::string root = "/v1/users/" + self.body.value("id", "");
  EXPECT_EQ(tenant_.user.act(root + "/disable").status(), 404) << "foreign looks absent";
  const Person helper = make_person(tenant_, "Auditor");
  const Answer role = tenant_.user.post(
      "/v1/roles", {{"name", unique("helpdesk")}, {"permissions", {"Manage users"}}});
  ASSERT_EQ(role.status(), 201) << role.response.body;
  const Person desk = make_person(tenant_, role.body.value("name", ""));
  const std::string self_path = "/v1/users/" + tenant_.user.get("/v1/me").body.value("id", "");
  for (const char* step : {"/disable", "/reset-password"})
    EXPECT_EQ(desk.session.act(self_path + step).status(), 403) << step;
  for (const char* what : {"/sessions", "/totp"})
    EXPECT_EQ(desk.session.remove(self_path + what).status(), 403) << what;
  EXPECT_EQ(desk.session.get(self_path + "/sessions").status(), 403);
  EXPECT_EQ(desk.session.patch(self_path, {{"email", "mine@example.com"}}).status(), 403);
  EXPECT_EQ(desk.session.remove(self_path).status(), 403);
  const Answer given =
      desk.session.patch("/v1/users/" + helper.id, {{"roles", {"Organization Administrator"}}});
  EXPECT_EQ(given.status(), 403);
  EXPECT_THAT(given.body.value("detail", ""), HasSubstr("which you do not hold yourself"));
}

TEST_F(Users, TheLastAdministratorStays) {
  const Installation& own = installation();
  static_cast<void>(own);
  const std::string self = "/v1/users/" + administrator().get("/v1/me").body.value("id", "");
  EXPECT_EQ(administrator().remove(self).status(), 409) << "nobody deletes themselves";
  EXPECT_EQ(administrator().act(self + "/disable").status(), 409);
  const Answer demoted = administrator().patch(self, {{"roles", {"Auditor"}}});
  EXPECT_EQ(demoted.status(), 409);
  EXPECT_THAT(demoted.body.value("detail", ""), HasSubstr("last administrator"));
}

TEST_F(Users, AUserWithoutAPasswordChoosesOneByALinkThatWorksOnce) {
  const std::string email = unique("dana") + "@example.com";
  const Answer made = tenant_.user.post(
      "/v1/users", {{"email", email}, {"name", "Dana"}, {"roles", {"Asset Consumer"}}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.response.header("Cache-Control"), "no-store");
  const std::string token = made.body["passwordLink"]["token"];
  EXPECT_EQ(sign_in(endpoint(), email).token(), "");
  EXPECT_EQ(choose_password(token, "short").status(), 422) << "and the link still works";
  EXPECT_EQ(choose_password(token, kPassword).status(), 204);
  EXPECT_NE(sign_in(endpoint(), email).token(), "");
  const Answer again = choose_password(token, "another password than before");
  EXPECT_EQ(again.status(), 403);
  const Answer unknown = choose_password("clv_lnk_x", kPassword);
  EXPECT_EQ(again.body["detail"], unknown.body["detail"]);
}

TEST_F(Users, C25_OfTwoWhoUseALinkAtOnceOneWins) {
  const Answer made = tenant_.user.post(
      "/v1/users",
      {{"email", unique("dana") + "@example.com"}, {"name", "Dana"}, {"roles", {"Auditor"}}});
  const std::string token = made.body["passwordLink"]["token"];
  std::array<int, 8> statuses{};
  std::vector<std::thread> users;
  for (int& status : statuses)
    users.emplace_back([&status, &token] { status = choose_password(token, kPassword).status(); });
  for (std::thread& user : users) user.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 204), 1);
}

TEST_F(Users, ADisabledUsersPasswordIsNotReset) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const std::string path = "/v1/users/" + dana.id;
  ASSERT_EQ(tenant_.user.act(path + "/disable").status(), 200);
  EXPECT_EQ(tenant_.user.act(path + "/reset-password").status(), 409);
}

TEST_F(Users, AResetEndsTheLinkBeforeAndAllSessions) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const std::string path = "/v1/users/" + dana.id + "/reset-password";
  const std::string first = tenant_.user.act(path).body["token"];
  const std::string second = tenant_.user.act(path).body["token"];
  EXPECT_EQ(choose_password(first, kPassword).status(), 403);
  EXPECT_EQ(choose_password(second, "a password of my own choice").status(), 204);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401);
  EXPECT_EQ(sign_in(endpoint(), dana.email).token(), "");
  EXPECT_NE(sign_in(endpoint(), dana.email, "a password of my own choice").token(), "");
}

TEST_F(Users, S02_AChangedPasswordEndsTheOtherSessions) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const Session other = sign_in(endpoint(), dana.email);
  const auto change = [&](std::string_view present) {
    return dana.session
        .post("/v1/me/password",
              {{"currentPassword", present}, {"password", "a password of my own choice"}})
        .status();
  };
  EXPECT_EQ(change("not my password"), 422);
  EXPECT_EQ(other.get("/v1/me").status(), 200);
  EXPECT_EQ(change(kPassword), 204);
  EXPECT_EQ(other.get("/v1/me").status(), 401);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 200);
  EXPECT_EQ(sign_in(endpoint(), dana.email).token(), "");
}

TEST_F(Users, SessionsAreListedAndEndedOneByOne) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const Session other = sign_in(endpoint(), dana.email);
  const std::vector<Json> sessions = dana.session.list("/v1/me/sessions");
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0]["current"], true);
  EXPECT_EQ(sessions[1]["current"], false);
  EXPECT_FALSE(sessions[0].contains("token"));
  const std::string path = "/v1/me/sessions/" + sessions[1].value("id", "");
  EXPECT_EQ(tenant_.user.remove(path).status(), 404) << "another's session looks absent";
  EXPECT_EQ(dana.session.remove(path).status(), 204);
  EXPECT_EQ(other.get("/v1/me").status(), 401);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 200);
  EXPECT_EQ(tenant_.user.remove("/v1/users/" + dana.id + "/sessions").body["ended"], 1);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401);
}

TEST_F(Users, S02_WhoManagesAUserSeesAndEndsTheSessions) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const Session other = sign_in(endpoint(), dana.email);
  const std::string path = "/v1/users/" + dana.id + "/sessions";
  const std::vector<Json> sessions = tenant_.user.list(path);
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_FALSE(sessions[0].contains("token"));
  EXPECT_EQ(sessions[0]["sourceIp"], "127.0.0.1");
  const std::string first = path + "/" + sessions[0].value("id", "");
  EXPECT_EQ(make_user(tenant_, "Auditor").remove(first).status(), 403);
  EXPECT_EQ(make_tenant().user.remove(first).status(), 404);
  const Person lee = make_person(tenant_, "Asset Consumer");
  EXPECT_EQ(tenant_.user.remove("/v1/users/" + lee.id + "/sessions/" + sessions[0].value("id", ""))
                .status(),
            404)
      << "it is no session of that user";
  EXPECT_EQ(tenant_.user.remove(first).status(), 204);
  EXPECT_EQ(tenant_.user.remove(first).status(), 404);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401);
  EXPECT_EQ(other.get("/v1/me").status(), 200);
}

TEST_F(Users, S02_NobodyGetsALinkForTheirOwnPassword) {
  const std::string self = "/v1/users/" + tenant_.user.get("/v1/me").body.value("id", "");
  const Answer refused = tenant_.user.act(self + "/reset-password");
  EXPECT_EQ(refused.status(), 409) << "a stolen session does not take the account";
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("present"));
}

TEST_F(Users, WrongInputIsNamed) {
  const auto create = [&](const Json& body) { return tenant_.user.post("/v1/users", body); };
  EXPECT_THAT(create(Json::object()).faults(),
              ElementsAre("/email missing", "/name missing", "/roles missing"));
  const Answer unknown = create({{"email", unique("x") + "@example.com"},
                                 {"name", "X"},
                                 {"password", kPassword},
                                 {"roles", {"Emperor"}}});
  EXPECT_EQ(unknown.status(), 422);
  EXPECT_THAT(unknown.faults(), ElementsAre("/roles/0 unknown-role"));
  EXPECT_THAT(create({{"email", "x@example.com"},
                      {"name", "X"},
                      {"roles", {"Auditor"}},
                      {"status", "enabled"}})
                  .faults(),
              Contains("/status unknown-field"));
  const Answer taken = create(
      {{"email", tenant_.email}, {"name", "X"}, {"password", kPassword}, {"roles", {"Auditor"}}});
  EXPECT_EQ(taken.status(), 409);
}

}  // namespace
}  // namespace claviger::test
