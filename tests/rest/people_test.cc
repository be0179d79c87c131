// Who may come in, as whom, and what they may see and do there.
#include "installation.h"

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/encoding.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A problem without what differs from one request to the next.
Json without_request_id(Answer answer) {
  answer.body.erase("requestId");
  return answer.body;
}

class SignIn : public RestTest {
 protected:
  static Answer attempt(std::string_view email, std::string_view password) {
    return send(endpoint(), {.method = "POST",
                             .target = "/v1/sessions",
                             .body = Json({{"email", email}, {"password", password}}).dump()});
  }

  static Answer with_cookie(const Session& session, std::string method, HeaderFields headers = {},
                            std::string body = {}) {
    headers.emplace_back("Cookie", "theme=dark; __Host-claviger-session=" + session.token());
    return send(endpoint(), {.method = std::move(method),
                             .target = "/v1/applications",
                             .headers = std::move(headers),
                             .body = std::move(body)});
  }
};

TEST(Bootstrap, ASetupLinkMakesOneAdministrator) {
  const TemporaryDirectory directory;
  const Server server({.data_dir = directory.file("data"), .state_dir = directory.file("state")});
  const std::string token = server.setup_token();
  ASSERT_THAT(token, Not(IsEmpty())) << server.log();
  const auto set_up = [&](const std::string& with) {
    return send(
        server.endpoint(),
        {.method = "POST",
         .target = "/v1/setup",
         .body = Json({{"token", with}, {"email", kAdministratorEmail}, {"password", kPassword}})
                     .dump()});
  };

  EXPECT_EQ(send(server.endpoint(), {.target = "/setup?token=" + token}).status(), 200);
  std::string wrong = token;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(set_up(wrong).status(), 403);
  EXPECT_EQ(set_up("x").status(), 403);
  EXPECT_EQ(sign_in(server.endpoint(), kAdministratorEmail).token(), "");

  const Answer made = set_up(token);
  EXPECT_EQ(made.status(), 201) << made.response.body;
  EXPECT_THAT(made.response.body, Not(HasSubstr(std::string(kPassword))));
  EXPECT_EQ(set_up(token).status(), 409);
  EXPECT_EQ(send(server.endpoint(), {.target = "/setup"}).status(), 404);
  EXPECT_NE(sign_in(server.endpoint(), kAdministratorEmail).token(), "");
}

// docs/threats.md, K12: there is no account, and no password, that everybody knows.
TEST(Bootstrap, K12_AnInstallationThatNobodyHasSetUpLetsNobodyIn) {
  const TemporaryDirectory directory;
  const Server server({.data_dir = directory.file("data"), .state_dir = directory.file("state")});
  for (const char* email : {"admin", "admin@example.com", "administrator@example.com", "root"}) {
    for (const char* password : {"", "admin", "password", "claviger", "changeme"})
      EXPECT_THAT(sign_in(server.endpoint(), email, password).token(), IsEmpty()) << email;
  }
  for (const Json& token : {Json(""), Json(nullptr), Json("clv_lnk_"), Json(0)}) {
    const Answer refused = send(
        server.endpoint(),
        {.method = "POST",
         .target = "/v1/setup",
         .body = Json({{"token", token}, {"email", kAdministratorEmail}, {"password", kPassword}})
                     .dump()});
    EXPECT_THAT(refused.status(), testing::AnyOf(403, 422)) << token;
  }
  EXPECT_EQ(send(server.endpoint(), {.target = "/setup"}).status(), 200) << "it is still empty";
}

TEST(Bootstrap, K12_APasswordTooShortStartsNothing) {
  const TemporaryDirectory directory;
  write_file(directory.file("password"), "short");
  const Finished ended = run(serve_command(
      {.data_dir = directory.file("data"),
       .state_dir = directory.file("state"),
       .environment = {"CLAVIGER_BOOTSTRAP_EMAIL=a@example.com",
                       "CLAVIGER_BOOTSTRAP_PASSWORD_FILE=" + directory.file("password")}}));
  EXPECT_EQ(ended.status, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("A password has 12 to 256 bytes."));
}

TEST_F(SignIn, TheRightPasswordGivesATokenAndACookieOfItsOwn) {
  const Answer first = attempt(kAdministratorEmail, kPassword);
  const Answer second = attempt("ADMINISTRATOR@Example.com", kPassword);
  ASSERT_EQ(first.status(), 201);
  ASSERT_EQ(second.status(), 201) << "an e-mail address has no case";
  EXPECT_NE(first.body["accessToken"], second.body["accessToken"]);
  EXPECT_EQ(first.response.header("Cache-Control"), "no-store");
  const std::string cookie = first.response.header("Set-Cookie").value_or("");
  EXPECT_THAT(
      cookie,
      StartsWith("__Host-claviger-session=" + first.body["accessToken"].get<std::string>() + ";"));
  for (const char* attribute : {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
    EXPECT_THAT(cookie, HasSubstr(std::string("; ") + attribute));
}

TEST_F(SignIn, S08_AWrongPasswordAndAnUnknownAddressLookAlike) {
  const Answer wrong = attempt(kAdministratorEmail, "not the right password");
  const Answer unknown = attempt("nobody@example.com", kPassword);
  const Answer no_address = attempt("nobody", kPassword);
  EXPECT_EQ(wrong.status(), 401);
  EXPECT_EQ(without_request_id(wrong), without_request_id(unknown));
  EXPECT_EQ(without_request_id(wrong), without_request_id(no_address));
  EXPECT_EQ(wrong.response.header("Set-Cookie"), std::nullopt);
}

TEST_F(SignIn, S02_SigningOutEndsTheSessionAtOnce) {
  const Session session = sign_in(endpoint(), kAdministratorEmail);
  const Session other = sign_in(endpoint(), kAdministratorEmail);
  ASSERT_EQ(session.get("/v1/me").status(), 200);
  const Answer ended = session.send({.method = "DELETE", .target = "/v1/sessions"});
  EXPECT_EQ(ended.status(), 204);
  EXPECT_THAT(ended.response.header("Set-Cookie").value_or(""), HasSubstr("Max-Age=0"));
  EXPECT_EQ(session.get("/v1/me").status(), 401);
  EXPECT_EQ(session.send({.method = "DELETE", .target = "/v1/sessions"}).status(), 401);
  EXPECT_EQ(other.get("/v1/me").status(), 200) << "another session of the same user goes on";
}

TEST_F(SignIn, ACookieChangesNothingForAnotherSite) {
  const Tenant tenant = make_tenant();
  const std::string body = R"({"name":"by cookie"})";
  EXPECT_EQ(with_cookie(tenant.user, "GET").status(), 200);
  EXPECT_EQ(with_cookie(tenant.user, "POST", {}, body).status(), 403);
  for (const char* origin :
       {"https://evil.example", "http://localhost.evil.example", "null", "https://localhost:1", ""})
    EXPECT_EQ(with_cookie(tenant.user, "POST", {{"Origin", origin}}, body).status(), 403) << origin;
  EXPECT_THAT(tenant.user.list("/v1/applications"), IsEmpty());
  EXPECT_EQ(with_cookie(tenant.user, "POST", {{"Origin", "https://localhost"}}, body).status(),
            201);
}

TEST_F(SignIn, APageServedByPlainHttpIsOursOnThisMachineOnly) {
  const Tenant tenant = make_tenant();
  const auto status_of = [&](const std::string& origin, const std::string& host) {
    return with_cookie(tenant.user, "POST", {{"Origin", origin}, {"Host", host}},
                       R"({"name":"by cookie"})")
        .status();
  };
  EXPECT_EQ(status_of("https://keys.example", "keys.example"), 201);
  EXPECT_EQ(status_of("https://keys.example:8443", "keys.example:8443"), 201);
  for (const char* host : {"keys.example", "keys.example:8080", "192.0.2.1", "localhost.example",
                           "127.0.0.1.example", "[2001:db8::1]"})
    EXPECT_EQ(status_of(std::string("http://") + host, host), 403) << host;
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"})
    EXPECT_EQ(status_of(std::string("http://") + host, host), 201) << host;
  EXPECT_EQ(status_of("http://localhost:8080", "localhost:9090"), 403);
}

TEST_F(SignIn, S03_NothingButASessionsTokenIsASession) {
  const Tenant tenant = make_tenant();
  std::string foreign = tenant.user.token();
  foreign[10] = foreign[10] == 'a' ? 'b' : 'a';
  const Answer nothing = send(endpoint(), {.target = "/v1/me"});
  EXPECT_EQ(nothing.status(), 401);
  EXPECT_EQ(nothing.response.header("WWW-Authenticate").value_or("").substr(0, 6), "Bearer");
  for (const std::string& token :
       {foreign, tenant.user.token() + "x", std::string("x"), std::string(5000, 'x'),
        "clv_ses_" + tenant.user.token().substr(8, 40)}) {
    const Answer answer = Session(endpoint(), token).get("/v1/me");
    EXPECT_EQ(answer.status(), 401) << token;
    EXPECT_EQ(without_request_id(answer), without_request_id(nothing)) << token;
  }
  EXPECT_EQ(send(endpoint(), {.target = "/v1/me",
                              .headers = {{"Authorization", "Basic " + tenant.user.token()}}})
                .status(),
            401);
  EXPECT_EQ(send(endpoint(), {.target = "/v1/me",
                              .headers = {{"Authorization", "Bearer " + tenant.user.token()},
                                          {"Authorization", "Bearer " + tenant.user.token()}}})
                .status(),
            400);
}

TEST_F(SignIn, S01_EachSignInIsASessionOfItsOwn) {
  const Session before = sign_in(endpoint(), kAdministratorEmail);
  const std::string planted = "clv_ses_" + std::string(49, 'x');
  for (const std::string& cookie : {before.token(), planted}) {
    const Answer in =
        send(endpoint(),
             {.method = "POST",
              .target = "/v1/sessions",
              .headers = {{"Cookie", "__Host-claviger-session=" + cookie}},
              .body = Json({{"email", kAdministratorEmail}, {"password", kPassword}}).dump()});
    ASSERT_EQ(in.status(), 201) << in.response.body;
    EXPECT_NE(in.body["accessToken"], cookie);
  }
  EXPECT_EQ(Session(endpoint(), planted).get("/v1/me").status(), 401);
}

TEST_F(SignIn, S03_ATokenIs256RandomBitsOfWhichOnlyTheDigestIsKept) {
  const Session session = sign_in(endpoint(), kAdministratorEmail);
  const std::string& token = session.token();
  ASSERT_EQ(token.size(), std::string("clv_ses_").size() + 43 + 6);
  ASSERT_EQ(session.get("/v1/me").status(), 200);
  std::string stored;
  for (const char* file : {"", "-wal"}) {
    const std::string path = installation().database() + file;
    if (std::filesystem::exists(path)) stored += read_file(path);
  }
  ASSERT_THAT(stored, HasSubstr(to_hex(sha256(token)))) << "this is where it would be";
  EXPECT_EQ(stored.find(token), std::string::npos);
  EXPECT_EQ(stored.find(token.substr(8)), std::string::npos);
}

/// Of its own: what is counted here would slow down the other tests, which come from one address.
TEST(SignInThrottle, K14_GuessingIsSlowedDownAndTheOwnerComesInFromElsewhere) {
  Installation installation({"CLAVIGER__SERVER__TRUSTED_PROXIES=127.0.0.0/8"});
  const auto attempt = [&](std::string_view password, const std::string& from) {
    return send(installation.endpoint(),
                {.method = "POST",
                 .target = "/v1/sessions",
                 .headers = {{"X-Forwarded-For", from}},
                 .body = Json({{"email", kAdministratorEmail}, {"password", password}}).dump()});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt("a wrong guess", "192.0.2.1").status(), 401);
  const Answer slowed = attempt("a wrong guess", "192.0.2.1");
  EXPECT_EQ(slowed.status(), 429);
  EXPECT_EQ(slowed.response.header("RateLimit-Policy"), "\"sign-in-account\";q=5;w=60");
  EXPECT_NE(slowed.response.header("Retry-After").value_or("0"), "0");
  EXPECT_EQ(attempt(kPassword, "192.0.2.2").status(), 201);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(attempt(kPassword, "192.0.2.2").status(), 201) << "what is right does not count";
  for (int i = 0; i < 5; ++i) {
    const std::string host = "2001:db8:1:2::" + std::to_string(i + 1);
    EXPECT_EQ(attempt("a wrong guess", host).status(), 401);
  }
  EXPECT_EQ(attempt("a wrong guess", "2001:db8:1:2:ffff::1").status(), 429) << "M05: one /64";
}

TEST(SignInThrottle, K14_TheOwnPasswordIsGuessedNoFasterFromWithinASession) {
  Installation installation;
  const auto change = [&](std::string_view present) {
    return installation.administrator().post(
        "/v1/me/password", {{"currentPassword", present}, {"password", kPassword}});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change("a wrong guess").status(), 422);
  const Answer slowed = change(kPassword);
  EXPECT_EQ(slowed.status(), 429);
  EXPECT_TRUE(slowed.response.header("Retry-After"));
}

class People : public RestTest {};

TEST_F(People, WhoLacksAPermissionIsToldItsName) {
  const Tenant consumer = make_tenant("Asset Consumer");
  const Answer refused = consumer.user.post("/v1/users", {{"email", "x@example.com"},
                                                          {"name", "X"},
                                                          {"password", kPassword},
                                                          {"roles", {"Asset Consumer"}}});
  EXPECT_EQ(refused.status(), 403);
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("\"Manage users\""));
  EXPECT_EQ(consumer.user.get("/v1/users").status(), 403);
  EXPECT_EQ(consumer.user.get("/v1/gateways").status(), 403);
  EXPECT_EQ(consumer.user.post("/v1/organizations", {{"name", "x"}}).status(), 403);
  EXPECT_EQ(
      consumer.user.post("/v1/apis/import?name=x&upstream=http://127.0.0.1:9", fleet_document())
          .status(),
      403);
  EXPECT_EQ(make_tenant("Operator").user.get("/v1/keys").status(), 403);
}

TEST_F(People, NobodyGrantsARoleBeyondTheirOwn) {
  const Tenant tenant = make_tenant();
  const auto make = [&](std::string_view role, const std::string& organization) {
    return tenant.user.post("/v1/users", {{"email", unique("new") + "@example.com"},
                                          {"name", "New"},
                                          {"password", kPassword},
                                          {"roles", {role}},
                                          {"organizationId", organization}});
  };
  const Answer refused = make("Administrator", tenant.organization);
  EXPECT_EQ(refused.status(), 403);
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("Administrator"));
  EXPECT_EQ(make("Organization Administrator", tenant.organization).status(), 201);
  EXPECT_EQ(make("Asset Consumer", make_tenant().organization).status(), 404)
      << "another organization is not there";
  EXPECT_THAT(make("Emperor", tenant.organization).faults(), ElementsAre("/roles/0 unknown-role"));
  EXPECT_EQ(tenant.user.list("/v1/users").size(), 2U);
}

TEST_F(People, AnAddressBelongsToOneUser) {
  const Tenant tenant = make_tenant();
  const Answer again = tenant.user.post("/v1/users", {{"email", tenant.email},
                                                      {"name", "Again"},
                                                      {"password", kPassword},
                                                      {"roles", {"Asset Consumer"}}});
  EXPECT_EQ(again.status(), 409) << again.response.body;
}

TEST_F(People, AnotherOrganizationsThingsAreNotThere) {
  const Tenant first = make_tenant();
  const Tenant second = make_tenant();
  const std::string api = unique("fleet");
  const std::string api_id = first.user.import_fleet(api)["id"];
  const std::string application = first.user.make_application();
  const Json key = first.user.make_key(application, api);
  const std::string key_id = key["id"];

  for (const std::string& target :
       {"/v1/applications/" + application, "/v1/applications/" + application + "/keys",
        "/v1/keys?applicationId=" + application, "/v1/keys/" + key_id, "/v1/apis/" + api_id,
        "/v1/apis/" + api_id + "/endpoints", "/v1/apis/" + api_id + "/consumption-settings"}) {
    EXPECT_EQ(first.user.get(target).status(), 200) << target;
    EXPECT_EQ(second.user.get(target).status(), 404) << target;
  }
  for (const char* target : {"/v1/applications", "/v1/keys", "/v1/apis"})
    EXPECT_THAT(second.user.list(target), IsEmpty()) << target;
  EXPECT_EQ(second.user.list("/v1/users").size(), 1U);
  EXPECT_EQ(second.user.list("/v1/organizations").size(), 1U);

  const Answer made = second.user.post("/v1/applications/" + application + "/keys", key_body(api));
  EXPECT_THAT(made.status(), testing::AnyOf(404, 422)) << made.response.body;
  const Answer in_own = second.user.post(
      "/v1/applications/" + second.user.make_application() + "/keys", key_body(api));
  EXPECT_THAT(in_own.faults(), ElementsAre("/grants/0/api unknown-api"));
  for (const char* verb : {"disable", "enable"})
    EXPECT_EQ(second.user.post("/v1/keys/" + key_id + "/" + verb, Json::object()).status(), 404);
  EXPECT_EQ(
      second.user.post("/v1/keys/" + key_id + "/revoke", {{"reason", "compromised"}}).status(),
      404);
  EXPECT_EQ(second.user
                .put("/v1/apis/" + api_id + "/consumption-settings", {{"consumers", Json::array()}})
                .status(),
            404);
  EXPECT_EQ(
      second.user
          .post("/v1/keys/verify",
                {{"key", key["secret"]}, {"api", api}, {"method", "GET"}, {"path", "/devices"}})
          .status(),
      404);
  EXPECT_EQ(
      second.user
          .post("/v1/apis/import?name=" + api + "&upstream=http://127.0.0.1:9", fleet_document())
          .status(),
      409);
  EXPECT_EQ(first.user.get("/v1/keys/" + key_id).body["status"], "active");
}

TEST_F(People, WhatIsHiddenAndWhatIsAbsentLookAlike) {
  const Tenant tenant = make_tenant();
  const std::string api_name = unique("fleet");
  const std::string api = tenant.user.import_fleet(api_name)["id"];
  const std::string application = tenant.user.make_application();
  const std::string key = tenant.user.make_key(application, api_name)["id"];
  const Session colleague = make_user(tenant, "Asset Consumer");
  const Session stranger = make_tenant().user;
  const auto never_made = [](std::string id) {
    id.replace(id.find('_') + 1, 10, "01kat0q6p2");
    return id;
  };
  const auto look_alike = [&](const Session& user, const std::string& id, const std::string& before,
                              const std::string& behind, const Json& body) {
    const auto ask = [&](const std::string& which) {
      const std::string target = before + which + behind;
      return body.is_null() ? user.get(target) : user.post(target, body);
    };
    const Answer hidden = ask(id);
    const Answer absent = ask(never_made(id));
    EXPECT_EQ(hidden.status(), 404) << before << behind;
    EXPECT_EQ(absent.status(), 404) << before << behind;
    EXPECT_EQ(without_request_id(hidden), without_request_id(absent)) << before << behind;
  };
  for (const Session& user : {colleague, stranger}) {
    look_alike(user, key, "/v1/keys/", "", nullptr);
    look_alike(user, key, "/v1/keys/", "/revoke", {{"reason", "other"}});
    look_alike(user, key, "/v1/keys/", "/disable", Json::object());
    look_alike(user, key, "/v1/keys/", "/enable", Json::object());
  }
  look_alike(stranger, application, "/v1/applications/", "", nullptr);
  look_alike(stranger, application, "/v1/applications/", "/keys", nullptr);
  look_alike(stranger, api, "/v1/apis/", "", nullptr);
  look_alike(stranger, api, "/v1/apis/", "/endpoints", nullptr);
  look_alike(stranger, api, "/v1/apis/", "/consumption-settings", nullptr);
}

TEST_F(People, AColleaguesKeysAreNotThereForAConsumer) {
  const Tenant tenant = make_tenant();
  const Session consumer = make_user(tenant, "Asset Consumer");
  const std::string api = unique("fleet");
  tenant.user.import_fleet(api);
  const std::string application = tenant.user.make_application();
  const std::string key = tenant.user.make_key(application, api)["id"];
  EXPECT_EQ(consumer.get("/v1/keys/" + key).status(), 404);
  EXPECT_THAT(consumer.list("/v1/keys"), IsEmpty());
  EXPECT_EQ(consumer.post("/v1/keys/" + key + "/revoke", {{"reason", "other"}}).status(), 404);
  const Session auditor = make_user(tenant, "Auditor");
  EXPECT_EQ(auditor.get("/v1/keys/" + key).status(), 200);
  EXPECT_EQ(auditor.post("/v1/keys/" + key + "/revoke", {{"reason", "other"}}).status(), 403);
}

/// Whoever is turned away for want of room has not guessed.
TEST_F(SignIn, K14_AFloodOfRightSignInsLeavesTheOwnerTheWayIn) {
  const Person owner = make_person(make_tenant(), "Asset Consumer");
  std::atomic<int> turned_away = 0;
  {
    std::vector<std::jthread> flood;
    for (int i = 0; i < 60; ++i)
      flood.emplace_back([&] {
        const Answer answer = send(
            endpoint(), {.method = "POST",
                         .target = "/v1/sessions",
                         .body = Json({{"email", owner.email}, {"password", kPassword}}).dump()});
        if (answer.status() == 429) ++turned_away;
      });
  }
  EXPECT_GT(turned_away, 5) << "more than may fail";
  EXPECT_NE(sign_in(endpoint(), owner.email).token(), "");
}

}  // namespace
}  // namespace claviger::test
