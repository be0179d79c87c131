// The façade /api/v3, with the bytes that clients of Veeam Service Provider Console send.
#include "protected_api.h"
#include "support/waiting.h"
#include "veeam_fixture.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

TEST_F(Veeam, IsNotThereUnlessItIsSwitchedOn) {
  const Installation plain;
  const Answer answer =
      send(plain.endpoint(), {.method = "POST",
                              .target = "/api/v3/token",
                              .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                              .body = form(std::string(kAdministratorEmail))});
  EXPECT_EQ(answer.status(), 404);
}

// ---- making keys

TEST_F(Veeam, AKeyIsShownOnceWithEveryFieldOfTheContract) {
  const Answer made = user_->send(
      {.method = "POST",
       .target = logins() +
                 "/apikey?description=Portal+Operator+API+Key&scopes=integration&scopes=rest"
                 "&isReadAccessOnly=true",
       .headers = {{"Content-Type", "application/json"}, {"Content-Length", "0"}}});
  ASSERT_EQ(made.status(), 200) << made.response.body;
  EXPECT_EQ(made.response.header("Cache-Control").value_or(""), "no-store");
  const Json& login = made.body["data"];
  EXPECT_TRUE(login["id"].is_number_integer());
  EXPECT_EQ(login["userUid"], uid_);
  EXPECT_EQ(login["userName"], user_email_);
  EXPECT_EQ(login["companyName"], company_name_);
  EXPECT_EQ(login["identityProviderName"], "AK");
  EXPECT_EQ(login["description"], "Portal Operator API Key");
  EXPECT_EQ(login["isReadAccessOnly"], true);
  EXPECT_EQ(login["scopes"], (Json{"integration", "rest"}));
  EXPECT_EQ(login["status"], "enabled");
  EXPECT_THAT(login.value("parameters", ""), StartsWith("clv_pat_"));
  EXPECT_THAT(login.value("creationDate", ""),
              MatchesRegex("20..-..-..T..:..:..\\.......0\\+00:00"));
  const Answer again = user_->get(path_of(login));
  EXPECT_EQ(again.status(), 200);
  EXPECT_FALSE(again.body["data"].contains("parameters")) << "K11";
  EXPECT_THAT(user_->get(logins()).response.body, Not(HasSubstr("clv_pat_")));
}

TEST_F(Veeam, TheNumberInTheProviderIsExactOnTheWire) {
  const Answer made = user_->act(logins() + "/apikey?description=a&scopes=rest");
  const std::uint64_t number = made.body["data"]["identifierInProvider"].get<std::uint64_t>();
  EXPECT_GE(number, std::uint64_t{1} << 63) << "beyond what a signed number holds";
  EXPECT_THAT(made.response.body, HasSubstr("\"identifierInProvider\":" + std::to_string(number)));
}

TEST_F(Veeam, ScopesComeInEverySpelling) {
  for (const std::string scopes :
       {"scopes=[%22integration%22,%22rest%22]", "scopes=[\"integration\",\"rest\"]",
        "scopes=['integration','rest']", "scopes=integration&scopes=rest"})
    EXPECT_EQ(make_login("description=a&" + scopes)["scopes"], (Json{"integration", "rest"}))
        << scopes;
  EXPECT_EQ(make_login("description=a&scopes=ui")["isReadAccessOnly"], false);
}

TEST_F(Veeam, WhatIsMissingOrWrongIsNamedInTheFormOfTheContract) {
  const auto refused = [&](const std::string& query) {
    const Answer answer = user_->act(logins() + "/apikey?" + query);
    EXPECT_EQ(answer.status(), 400) << query;
    std::vector<std::string> names;
    for (const Json& error : answer.body["errors"]) {
      EXPECT_EQ(error["type"], "logical");
      EXPECT_EQ(error["code"], 400);
      EXPECT_NE(error.value("message", ""), "");
      names.push_back(error.value("parameterName", ""));
    }
    return names;
  };
  EXPECT_THAT(refused("scopes=rest"), ElementsAre("description"));
  EXPECT_THAT(refused("description=a"), ElementsAre("scopes"));
  EXPECT_THAT(refused(""), UnorderedElementsAre("description", "scopes"));
  EXPECT_THAT(refused("description=a&scopes=rest&scopes=magic"), ElementsAre("scopes"));
  EXPECT_THAT(refused("description=a&scopes=rest&isReadAccessOnly=2"),
              ElementsAre("isReadAccessOnly"));
  EXPECT_THAT(refused("description=a&scopes=rest&ownerId=1"), ElementsAre("ownerId"));
}

TEST_F(Veeam, Z01_AKeyIsMadeForOneselfAloneAndByAPersonAlone) {
  const std::string admins = uid_of(*admin_);
  const Answer foreign =
      user_->act("/api/v3/users/" + admins + "/logins/apikey?description=a&scopes=rest");
  EXPECT_EQ(foreign.status(), 403);
  EXPECT_EQ(foreign.body["errors"][0]["type"], "security");
  const Session key = caller_with(make_login());
  EXPECT_EQ(key.act(logins() + "/apikey?description=a&scopes=rest").status(), 403);
}

TEST_F(Veeam, AKeyDoesWhateverItsUserMayWithinItsScopes) {
  const std::string api = "fleet-" + company_name_;
  user_->import_fleet(api);
  const ProtectedApi gateway(compatible(), api);
  const Json both = make_login();
  const Session caller = caller_with(both);
  EXPECT_TRUE(eventually([&] { return caller.get("/v1/apis").status() == 200; }));
  EXPECT_EQ(caller.get("/api/v3/users/me").body["data"]["instanceUid"], uid_);
  EXPECT_TRUE(gateway.opens({{"secret", both["parameters"]}}));

  const Json rest = make_login("description=a&scopes=rest");
  EXPECT_EQ(caller_with(rest).get("/v1/apis").status(), 200);
  EXPECT_EQ(gateway.call({{"secret", rest["parameters"]}}), 403);
  const Json integration = make_login("description=a&scopes=integration");
  EXPECT_TRUE(gateway.opens({{"secret", integration["parameters"]}}));
  EXPECT_EQ(caller_with(integration).get("/v1/apis").status(), 403);
  EXPECT_EQ(caller_with(integration).get("/api/v3/users/me").status(), 403);

  const Json reading = make_login("description=a&scopes=rest&isReadAccessOnly=true");
  EXPECT_EQ(caller_with(reading).get("/v1/applications").status(), 200);
  EXPECT_EQ(caller_with(reading).post("/v1/applications", {{"name", "a"}}).status(), 403);

  // Living: what the user loses, the key loses.
  ASSERT_EQ(
      admin_->patch("/v1/users/" + user_id_ + "?wait=applied", {{"roles", {"Operator"}}}).status(),
      200);
  EXPECT_EQ(caller.post("/v1/applications", {{"name", "a"}}).status(), 403);
  EXPECT_EQ(gateway.call({{"secret", both["parameters"]}}), 403);
}

TEST_F(Veeam, KeysStandOutsideTheLimitsAndNeverExpire) {
  const std::string api = admin_->import_fleet(company_name_).value("id", "");
  ASSERT_EQ(admin_
                ->put("/v1/apis/" + api + "/consumption-settings",
                      {{"consumers", Json::array()}, {"defaultExpiry", "1d"}, {"maxExpiry", "2d"}})
                .status(),
            200);
  for (int i = 0; i < 12; ++i) (void)make_login();
  EXPECT_EQ(user_->get(logins()).body["data"].size(), 12U);
  for (const Json& token : user_->list("/v1/me/tokens")) EXPECT_TRUE(token["expiresAt"].is_null());
}

// ---- finding

TEST_F(Veeam, ListsHaveAnEnvelopePagesFiltersAndOrders) {
  for (const char* name : {"key-10", "key-9", "other"})
    (void)make_login(std::string("description=") + name + "&scopes=rest");
  const Answer page = user_->get("/api/v3/users/logins?limit=2&offset=1");
  ASSERT_EQ(page.status(), 200) << page.response.body;
  EXPECT_EQ(page.body["meta"]["pagingInfo"], (Json{{"total", 3}, {"count", 2}, {"offset", 1}}));
  EXPECT_EQ(page.body["data"].size(), 2U);
  const auto described = [&](const std::string& query) {
    const Answer answer = user_->get("/api/v3/users/logins?" + query);
    std::vector<std::string> names;
    for (const Json& login : answer.body["data"]) names.push_back(login.value("description", ""));
    return names;
  };
  EXPECT_THAT(described("filter=[{'property':'description','operation':'contains',"
                        "'collation':'ignorecase','value':'KEY'}]&limit=500"),
              ElementsAre("key-10", "key-9"));
  EXPECT_THAT(described("sort=[{\"property\":\"description\",\"direction\":\"ascending\","
                        "\"collation\":\"lexicographic\"}]"),
              ElementsAre("key-9", "key-10", "other"));
  EXPECT_EQ(user_->get("/api/v3/users/logins?offset=-1").body["errors"][0]["parameterName"],
            "offset");
  EXPECT_EQ(user_->get("/api/v3/users/logins?filter=nonsense").status(), 400);
}

TEST_F(Veeam, Z03_OneSeesOnesOwnAndWhoMaySeesThoseOfTheOrganization) {
  const Json login = make_login();
  const std::string colleague = "colleague@" + company_name_ + ".example";
  make_user(colleague, "Asset Consumer");
  const Session other = signed_in(colleague);
  EXPECT_EQ(other.get(logins()).status(), 404);
  EXPECT_EQ(other.get(path_of(login)).status(), 404);
  EXPECT_EQ(other.remove(path_of(login)).status(), 404);
  EXPECT_EQ(patch(other, login, "[]").status(), 404);
  EXPECT_EQ(other.get("/api/v3/users/logins").body["data"].size(), 0U);
  EXPECT_EQ(other.get("/api/v3/users").status(), 403);
  EXPECT_EQ(admin_->get(logins()).body["data"].size(), 1U);
  EXPECT_EQ(admin_->get("/api/v3/users/logins").body["data"].size(), 1U);
  const std::string company = login.value("companyId", "");
  EXPECT_EQ(admin_->get("/api/v3/organizations/" + company + "/keys").body["data"].size(), 1U);
  const std::string first = compatible()
                                .administrator()
                                .get("/api/v3/users/me")
                                .body["data"]
                                .value("organizationUid", "");
  EXPECT_EQ(admin_->get("/api/v3/organizations/" + first + "/keys").status(), 404);
  EXPECT_EQ(admin_->get("/api/v3/users/logins/4711").status(), 404);
  EXPECT_EQ(admin_->get("/api/v3/users/" + std::string(36, '0') + "/logins").status(), 404);
  EXPECT_EQ(compatible()
                .administrator()
                .get("/api/v3/organizations/" + company + "/keys")
                .body["data"]
                .size(),
            1U);
}

TEST_F(Veeam, WhatIsNotAnsweredIsAbsentInTheFormOfTheContract) {
  const std::string user = "/api/v3/users/" + uid_;
  const std::vector<HttpRequest> requests = {
      {.method = "GET", .target = user},
      {.method = "PATCH", .target = user, .body = R"([{"op":"replace","path":"/status"}])"},
      {.method = "DELETE", .target = user},
      {.method = "GET", .target = "/api/v3/asyncActions/config"}};
  for (HttpRequest request : requests) {
    if (!request.body.empty()) request.headers = {{"Content-Type", "application/json"}};
    const Answer answer = admin_->send(std::move(request));
    EXPECT_EQ(answer.status(), 404) << answer.response.body;
    const Json error = answer.body.value("errors", Json::array({Json::object()}))[0];
    EXPECT_EQ(error.value("code", 0), 404) << answer.response.body;
    EXPECT_EQ(error.value("type", ""), "logical");
    EXPECT_THAT(error.value("message", ""), HasSubstr("There is no such resource here"));
  }
}

TEST_F(Veeam, UsersAndTheServerAreDescribed) {
  const Json me = user_->get("/api/v3/users/me").body["data"];
  EXPECT_EQ(me["userName"], user_email_);
  EXPECT_EQ(me["status"], "Enabled");
  EXPECT_EQ(me["profile"]["firstName"], "Ann");
  EXPECT_EQ(me["profile"]["lastName"], "Example");
  EXPECT_TRUE(me["credentials"]["password"].is_null());
  const Json users = admin_
                         ->get(
                             "/api/v3/users?filter=[{'property':'userName','operation':"
                             "'equals','value':'" +
                             admin_email_ + "'}]")
                         .body["data"];
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0]["role"], "CompanyAdministrator");
  const Json about = user_->get("/api/v3/about").body["data"];
  EXPECT_THAT(about.value("installationId", ""),
              MatchesRegex("........-....-7...-....-............"));
  EXPECT_NE(about.value("serverVersion", ""), "");
}

// ---- changing

TEST_F(Veeam, AKeyIsSwitchedOffAndOnInEverySpelling) {
  const Json login = make_login();
  const Session caller = caller_with(login);
  EXPECT_TRUE(eventually([&] { return caller.get("/api/v3/about").status() == 200; }));
  const Answer off =
      patch(*user_, login, R"([{"op": "replace", "value": "disabled", "path": "/status"}])");
  ASSERT_EQ(off.status(), 200) << off.response.body;
  EXPECT_EQ(off.body["data"]["status"], "disabled");
  EXPECT_TRUE(eventually([&] { return caller.get("/api/v3/about").status() == 401; }));
  EXPECT_EQ(patch(*user_, login, R"([{'op':'replace','path':'status','value':'Enabled',}])",
                  "application/json-patch+json")
                .body["data"]["status"],
            "enabled");
  EXPECT_TRUE(eventually([&] { return caller.get("/api/v3/about").status() == 200; }));
  const Answer both = patch(*user_, login,
                            R"([{"op":"replace","path":"/description","value":"weekly"},
                                {"op":"replace","path":"/id","value":1}])");
  EXPECT_EQ(both.status(), 400);
  EXPECT_EQ(both.body["errors"][0]["code"], 1001);
  EXPECT_EQ(both.body["errors"][0]["failedJsonPatch"]["path"], "/id");
  EXPECT_EQ(user_->get(path_of(login)).body["data"]["description"], "Nightly")
      << "all operations, or none";
  EXPECT_EQ(patch(*user_, login, R"([{"op":"replace","path":5,"value":"a"}])").status(), 400);
  EXPECT_EQ(patch(*user_, login, "nonsense").status(), 400);
  EXPECT_EQ(patch(*user_, login, "[]", "text/plain").status(), 415);
}

TEST_F(Veeam, ADeletedKeyIsGoneAtOnceAndForEver) {
  const Json login = make_login();
  const Session caller = caller_with(login);
  EXPECT_TRUE(eventually([&] { return caller.get("/api/v3/about").status() == 200; }));
  const Answer deleted = user_->remove(path_of(login));
  EXPECT_EQ(deleted.status(), 200) << deleted.response.body;
  EXPECT_EQ(deleted.body["data"], true);
  EXPECT_TRUE(eventually([&] { return caller.get("/api/v3/about").status() == 401; }));
  EXPECT_EQ(user_->get(path_of(login)).status(), 404);
  EXPECT_EQ(user_->remove(path_of(login)).status(), 404);
  EXPECT_TRUE(user_->list("/v1/me/tokens").empty());
}

TEST_F(Veeam, TheStatusSaysWhyAKeyDoesNotWork) {
  const Session& root = compatible().administrator();
  const Json login = make_login();
  const auto status = [&] { return root.get(path_of(login)).body["data"].value("status", ""); };
  ASSERT_EQ(admin_->act("/v1/users/" + user_id_ + "/disable").status(), 200);
  EXPECT_EQ(status(), "disabledDueToUser");
  ASSERT_EQ(root.act("/v1/organizations/" + organization_ + "/disable").status(), 200);
  EXPECT_EQ(status(), "disabledDueToCompany");
  ASSERT_EQ(root.act("/v1/organizations/" + organization_ + "/enable").status(), 200);
  EXPECT_EQ(status(), "disabledDueToUser");
  ASSERT_EQ(root.act("/v1/users/" + user_id_ + "/enable").status(), 200);
  EXPECT_EQ(status(), "enabled");
}

TEST_F(Veeam, TheCompanyIsDisabledWithTheOneAboveIt) {
  const Session& root = compatible().administrator();
  const Answer below = root.post("/v1/organizations",
                                 {{"name", "below " + company_name_}, {"parentId", organization_}});
  ASSERT_EQ(below.status(), 201) << below.response.body;
  const std::string email = "user@below." + company_name_ + ".example";
  const Answer made = root.post("/v1/users", {{"email", email},
                                              {"name", "Ann Example"},
                                              {"password", kPassword},
                                              {"roles", {"Asset Provider"}},
                                              {"organizationId", below.body["id"]}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Session user = signed_in(email);
  const std::string logins = "/api/v3/users/" + uid_of(user) + "/logins";
  const Answer login = user.act(logins + "/apikey?description=Nightly&scopes=rest");
  ASSERT_EQ(login.status(), 200) << login.response.body;
  const std::string path = logins + '/' + std::to_string(login.body["data"].value("id", 0));
  const auto status = [&] { return root.get(path).body["data"].value("status", ""); };
  EXPECT_EQ(status(), "enabled");
  ASSERT_EQ(root.act("/v1/organizations/" + organization_ + "/disable").status(), 200);
  EXPECT_EQ(status(), "disabledDueToCompany");
  EXPECT_EQ(token(form(email)).status(), 400);
  ASSERT_EQ(root.act("/v1/organizations/" + organization_ + "/enable").status(), 200);
  EXPECT_EQ(status(), "enabled");
}

TEST_F(Veeam, Z01_NobodyTakesTheSecretOfAnothersKeyByRotatingIt) {
  (void)make_login();
  const Json tokens = user_->list("/v1/me/tokens");
  ASSERT_EQ(tokens.size(), 1U);
  const Answer taken =
      admin_->post("/v1/keys/" + tokens[0].value("id", "") + "/rotate", Json::object());
  EXPECT_EQ(taken.status(), 403) << taken.response.body;
}

// ---- errors

TEST_F(Veeam, ErrorsLookAsTheContractSays) {
  const Answer stranger = send(compatible().endpoint(), {.target = "/api/v3/users/me"});
  EXPECT_EQ(stranger.status(), 401);
  EXPECT_EQ(stranger.body["errors"][0]["type"], "security");
  EXPECT_EQ(stranger.body["errors"][0]["code"], 401);
  EXPECT_TRUE(stranger.response.header("WWW-Authenticate"));
  const std::string long_name = std::string(59, 'a') + "%C3%A9";
  EXPECT_EQ(user_->get("/api/v3/users/me?" + long_name + "=1").status(), 400);
  const Answer absent = user_->get("/api/v3/infrastructure/backupServers");
  EXPECT_EQ(absent.status(), 404);
  EXPECT_EQ(absent.body["errors"][0]["code"], 404);
}

TEST_F(Veeam, SoDoRefusalsThatNoOperationHasMade) {
  const auto check = [&](HttpRequest request, int status, const std::string& type) {
    const Answer answer = user_->send(std::move(request));
    EXPECT_EQ(answer.status(), status) << answer.response.body;
    EXPECT_EQ(answer.response.header("Content-Type").value_or(""), "application/json");
    ASSERT_TRUE(answer.body.is_object()) << answer.response.body;
    EXPECT_EQ(answer.body["errors"][0]["code"], status) << answer.response.body;
    EXPECT_EQ(answer.body["errors"][0]["type"], type) << answer.response.body;
    EXPECT_NE(answer.body["errors"][0].value("message", ""), "");
  };
  const std::string large(70'000, ' ');
  check({.method = "POST", .target = "/api/v3/users/me"}, 405, "transport");
  check({.method = "POST", .target = "/api/v3/users"}, 405, "transport");
  check({.method = "POST", .target = logins() + "/totp?secretUrl=a&code=1"}, 405, "transport");
  check({.method = "PROPFIND", .target = "/api/v3/alarms"}, 405, "transport");
  check({.method = "POST", .target = "/api/v3/token", .body = large}, 413, "transport");
  check({.method = "POST", .target = "/api/v3/token", .body = "{}"}, 415, "transport");
  check({.target = "/api/v3/alarms", .headers = {{"X-Long", std::string(20'000, 'a')}}}, 431,
        "transport");
  check({.target = "/api/v3"}, 404, "logical");
  check({.target = "/api/v3/users//me"}, 400, "logical");
}

}  // namespace
}  // namespace claviger::test
