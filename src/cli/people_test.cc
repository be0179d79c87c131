// Organizations, users, roles, applications, handovers: what the commands made of specs send.
#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kUser = "/v1/users/" + kUserId;
const std::string kOrg = "/v1/organizations/" + kOrgId;
const std::string kApp = "/v1/applications/" + kAppId;

const json kAnn = {{"id", kUserId},
                   {"email", "ann@example.com"},
                   {"name", "Ann"},
                   {"status", "enabled"},
                   {"roles", {"Auditor", "Asset Consumer"}}};

json receipt(const std::string& state) {
  return {
      {"version", 7},
      {"gateways", {{{"id", "gw_1"}, {"name", "gw-1"}, {"state", state}, {"milliseconds", 3.1}}}}};
}

class PeopleTest : public CliTest {
 protected:
  PeopleTest() {
    server_.answer("GET /v1/users", 200, page({kAnn}));
    server_.answer("GET " + kUser, tagged(kAnn, "\"41\""));
    server_.answer("PATCH " + kUser, 200, {{"user", kAnn}});
    server_.answer("GET " + kUser + "/deletion-impact", 200,
                   {{"applications", {{{"id", kAppId}, {"name", "billing"}}}},
                    {"applicationCount", 2},
                    {"keys", 5},
                    {"keysElsewhere", 1}});
    server_.answer("DELETE " + kUser, 200, {{"user", kAnn}, {"receipt", receipt("applied")}});
  }
};

TEST_F(PeopleTest, AnEditIsMadeToTheVersionThatWasRead) {
  const Outcome outcome = run({"user", "edit", kUserId, "--name", "Ann Lee"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(server_.requests(),
              ElementsAre("GET " + kUser, "PATCH " + kUser + R"( {"name":"Ann Lee"})"));
  EXPECT_THAT(server_.headers("If-Match"), ElementsAre("", "\"41\""));
}

TEST_F(PeopleTest, AnEditOfWhatSomebodyElseHasChangedIsAConflict) {
  server_.answer("PATCH " + kOrg, problem(412, "precondition-failed", "It was changed."));
  server_.answer("GET " + kOrg, tagged({{"id", kOrgId}}, "\"7\""));
  const Outcome outcome = run({"org", "edit", kOrgId, "--name", "x"});
  EXPECT_EQ(outcome.code, ExitCode::kConflict);
  EXPECT_THAT(outcome.err, HasSubstr("It was changed."));
}

TEST_F(PeopleTest, ALimitIsANumberOrUnlimited) {
  server_.answer("GET " + kOrg, tagged({{"id", kOrgId}}, "\"7\""));
  server_.answer("PATCH " + kOrg, 200, {{"id", kOrgId}, {"maxKeysPerApplication", nullptr}});
  EXPECT_EQ(run({"org", "edit", kOrgId, "--max-applications-per-user", "25",
                 "--max-keys-per-application", "unlimited"})
                .code,
            ExitCode::kOk);
  EXPECT_EQ(server_.last_body(),
            json({{"maxApplicationsPerUser", 25}, {"maxKeysPerApplication", nullptr}}));
  for (const char* wrong : {"", "many", "1.5", "2x", "99999999999999999999"}) {
    const Outcome outcome = run({"org", "edit", kOrgId, "--max-keys-per-application", wrong});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << wrong;
    EXPECT_THAT(outcome.err, HasSubstr("a whole number or unlimited")) << wrong;
  }
}

TEST_F(PeopleTest, AnEditOfNothingIsRefusedWithItsFlags) {
  const Outcome outcome = run({"user", "edit", kUserId});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--add-role"));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(PeopleTest, RolesAreAddedToAndTakenFromThoseThatAreThere) {
  EXPECT_EQ(run({"user", "edit", "ann@example.com", "--add-role", "Operator", "--remove-role",
                 "Auditor", "--wait"})
                .code,
            ExitCode::kOk);
  EXPECT_EQ(server_.requests().front(), "GET /v1/users?email=ann@example.com&limit=100");
  EXPECT_THAT(server_.requests().back(), HasSubstr("?wait=applied&timeout=5s"));
  EXPECT_EQ(server_.last_body(), json({{"roles", {"Asset Consumer", "Operator"}}}));
  const Outcome missing = run({"user", "edit", kUserId, "--remove-role", "Operator"});
  EXPECT_EQ(missing.code, ExitCode::kNotFound);
  EXPECT_THAT(missing.err, HasSubstr("There are: Auditor, Asset Consumer."));
}

TEST_F(PeopleTest, ADeletionSaysWhatStopsAndAsks) {
  use_terminal();
  const Outcome no = run({"user", "delete", kUserId}, "\n");
  EXPECT_EQ(no.code, ExitCode::kFailed);
  EXPECT_THAT(no.err, AllOf(HasSubstr("2 applications with 5 active keys"),
                            HasSubstr("1 active key in applications of others"),
                            HasSubstr("claviger user handover"), HasSubstr("[y/N]")));
  EXPECT_THAT(server_.requests(), Not(Contains(HasSubstr("DELETE"))));
  const Outcome yes = run({"user", "delete", kUserId, "--wait"}, "y\n");
  EXPECT_EQ(yes.code, ExitCode::kOk);
  EXPECT_THAT(yes.out, HasSubstr("gw-1 3.1 ms"));
}

TEST_F(PeopleTest, ADeletionIsNotMadeWhereNobodyCanBeAsked) {
  const Outcome outcome = run({"user", "delete", kUserId}, "y\n");
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--yes"));
  EXPECT_THAT(server_.requests(), Not(Contains(HasSubstr("DELETE"))));
}

TEST_F(PeopleTest, ADryRunAsksNothingAndSaysSo) {
  server_.answer(
      "POST " + kApp + "/revoke", 200,
      {{"application", {{"id", kAppId}, {"status", "revoked"}}},
       {"dryRun", true},
       {"impact",
        {{"keys", 2},
         {"callsInLast30Days", {{"atLeast", 3}, {"atMost", 9}, {"countedSince", nullptr}}}}}});
  const Outcome outcome = run({"app", "revoke", kAppId, "--dry-run"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(server_.requests(), ElementsAre("POST " + kApp + "/revoke?dryRun=true"));
  EXPECT_THAT(outcome.err, HasSubstr("nothing has been changed"));
  EXPECT_THAT(outcome.err, HasSubstr("What would stop: 2 active keys, with 3 to 9 calls in the "
                                     "last 30 days."));
  EXPECT_THAT(server_.headers("Idempotency-Key"), ElementsAre(""));
}

TEST_F(PeopleTest, EveryPostCarriesAnIdempotencyKeyOfItsOwn) {
  server_.answer("POST /v1/applications", 201, {{"id", kAppId}, {"name", "a"}});
  EXPECT_EQ(run({"app", "create", "a"}).code, ExitCode::kOk);
  EXPECT_EQ(run({"app", "create", "a"}).code, ExitCode::kOk);
  const auto keys = server_.headers("Idempotency-Key");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].size(), 32U);
  EXPECT_NE(keys[0], keys[1]);
}

TEST_F(PeopleTest, WhatWasDoneWithoutAnAnswerToShowIsSaidWithItsPlace) {
  http::Response replayed{.status = 201, .headers = {}, .body = {}};
  replayed.headers.set({"Idempotency-Replayed", "too-large-to-keep"});
  replayed.headers.set({"Location", "/v1/applications/" + std::string(kAppId)});
  server_.answer("POST /v1/applications", replayed);
  const Outcome outcome = run({"app", "create", "a"});
  EXPECT_NE(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("It was done"),
                                 HasSubstr("/v1/applications/" + std::string(kAppId))));
}

TEST_F(PeopleTest, APasswordIsInNoRequestWhoseDigestTheServerKeeps) {
  server_.answer("POST /v1/users", 201, kAnn);
  write_file("password", "correct horse\n");
  EXPECT_EQ(run({"user", "create", "ann@example.com", "--name", "Ann", "--role", "Auditor",
                 "--password-file", file("password").string()})
                .code,
            ExitCode::kOk);
  EXPECT_THAT(server_.headers("Idempotency-Key"), ElementsAre(""));
}

TEST_F(PeopleTest, JsonIsTheAnswerOfTheApiUnchanged) {
  json unknown = kAnn;
  unknown["fieldOfTomorrow"] = {{"deep", {1, 2}}};
  const std::string other = "usr_01kat0q6p2e7w8m9xr3v5bn4ce";
  server_.answer("GET /v1/users/" + other, tagged(unknown, "\"1\""));
  server_.answer("POST /v1/users/" + other + "/disable", 200,
                 {{"user", unknown}, {"receipt", receipt("applied")}});
  EXPECT_EQ(json::parse(run({"user", "show", other, "-o", "json"}).out), unknown);
  EXPECT_EQ(json::parse(run({"user", "disable", other, "--yes", "-o", "json"}).out),
            json({{"user", unknown}, {"receipt", receipt("applied")}}));
}

TEST_F(PeopleTest, AListIsFilteredByTheServer) {
  EXPECT_EQ(run({"user", "list", "--role", "Auditor", "--status", "enabled", "-o", "name"}).out,
            kUserId + "\n");
  EXPECT_EQ(server_.requests().back(), "GET /v1/users?status=enabled&role=Auditor&limit=100");
  server_.answer("GET /v1/applications", 200, page({}));
  EXPECT_EQ(run({"app", "list", "--owner", "ann@example.com"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.requests().back(), "GET /v1/applications?ownerId=" + kUserId + "&limit=100");
}

TEST_F(PeopleTest, AUserMayChooseThePasswordByALink) {
  const std::string token = "clv_lnk_0123456789";
  json made = kAnn;
  made["passwordLink"] = {{"token", token}, {"expiresAt", "2026-11-25T18:00:00Z"}};
  server_.answer("POST /v1/users", 201, made);
  const std::vector<std::string> words = {"user", "create", "ann@example.com", "--name",
                                          "Ann",  "--role", "Auditor",         "--link"};
  const Outcome plain = run(words);
  EXPECT_EQ(plain.code, ExitCode::kOk) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr(token));
  EXPECT_FALSE(server_.last_body().contains("password"));
  auto with = [&words](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return more;
  };
  EXPECT_EQ(run(with({"--secret-only"})).out, token + "\n");
  EXPECT_EQ(json::parse(run(with({"-o", "json"})).out), made);
  EXPECT_EQ(run(with({"-o", "name"})).code, ExitCode::kUsage);
  EXPECT_EQ(run(with({"--password-file", "-"}), "correct horse").code, ExitCode::kUsage);
}

TEST_F(PeopleTest, AResetShowsTheTokenOnceAndKeepsItForItsOwner) {
  server_.answer("POST " + kUser + "/reset-password", 201,
                 {{"token", "clv_lnk_0123456789"}, {"expiresAt", "2026-11-25T18:00:00Z"}});
  const Outcome outcome =
      run({"user", "reset-password", kUserId, "--out-file", file("link").string()});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(read_file("link"), "clv_lnk_0123456789\n");
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("clv_lnk_0123456789")));
}

TEST_F(PeopleTest, ARoleIsMadeOfPermissionsByNameOrScope) {
  server_.answer("POST /v1/roles", 201, {{"id", "role_1"}, {"name", "Reader"}});
  write_file("rights.json", R"([{"api":"fleet","endpoints":["*"]}])");
  EXPECT_EQ(
      run({"role", "create", "Reader", "--permission", "users:view", "--permission", "View audit",
           "--reach", "descendants", "--rights-file", file("rights.json").string()})
          .code,
      ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"name", "Reader"},
                                       {"permissions", {"View users", "View audit"}},
                                       {"reach", "descendants"},
                                       {"rights", {{{"api", "fleet"}, {"endpoints", {"*"}}}}}}));
  write_file("broken.json", "[{");
  const Outcome broken =
      run({"role", "create", "x", "--rights-file", file("broken.json").string()});
  EXPECT_EQ(broken.code, ExitCode::kUsage);
  EXPECT_THAT(broken.err, HasSubstr("broken.json"));
}

TEST_F(PeopleTest, ARoleIsDeletedWithoutAnAnswerToShow) {
  const std::string id = "role_01kat0q6p2e7w8m9xr3v5bn4cd";
  server_.answer("GET /v1/roles/" + id, tagged({{"id", id}, {"name", "Reader"}}, "\"1\""));
  server_.answer("DELETE /v1/roles/" + id, 204, nullptr);
  const Outcome outcome = run({"role", "delete", id, "--yes", "-o", "json"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("\"Reader\""), HasSubstr("The role is deleted.")));
}

TEST_F(PeopleTest, AHandoverNamesUsersAndApplicationsByTheirNames) {
  server_.answer("GET /v1/applications", 200, page({{{"id", kAppId}, {"name", "billing"}}}));
  server_.answer("POST " + kUser + "/handover", 201, {{"id", "hnd_1"}, {"status", "pending"}});
  const Outcome outcome = run({"user", "handover", "ann@example.com", "--to",
                               "usr_01kat0q6p2e7w8m9xr3v5bn4ce", "--app", "billing"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.last_body(),
            json({{"toUserId", "usr_01kat0q6p2e7w8m9xr3v5bn4ce"}, {"applications", {kAppId}}}));
  EXPECT_THAT(outcome.err, HasSubstr("claviger handover accept hnd_1"));
}

TEST_F(PeopleTest, SessionsOfAUserAreEndedAndCounted) {
  server_.answer("DELETE " + kUser + "/sessions", 200, {{"ended", 3}});
  EXPECT_THAT(run({"user", "sessions", "end", kUserId, "--all", "--yes"}).out, HasSubstr("3"));
}

TEST_F(PeopleTest, AllSessionsOfAUserEndOnlyIfThatIsSaid) {
  const std::string session = "ses_01kat0q6p2e7w8m9xr3v5bn4cd";
  for (const std::vector<std::string>& which :
       {std::vector<std::string>{}, std::vector<std::string>{session, "--all"}}) {
    std::vector<std::string> words = {"user", "sessions", "end", kUserId, "--yes"};
    words.insert(words.end(), which.begin(), which.end());
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.err, HasSubstr("or end all with --all"));
  }
  EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(PeopleTest, ThePasswordIsChangedWithBothFromFilesAlone) {
  server_.answer("POST /v1/me/password", 204, nullptr);
  write_file("old", "correct horse\n");
  write_file("new", "battery staple\n");
  const Outcome outcome = run({"auth", "password", "change", "--current-password-file",
                               file("old").string(), "--password-file", file("new").string()});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.last_body(),
            json({{"currentPassword", "correct horse"}, {"password", "battery staple"}}));
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("horse")));
}

TEST_F(PeopleTest, APasswordIsChosenByALinkWithoutSigningIn) {
  variables_.erase("CLAVIGER_TOKEN");
  server_.answer("POST /v1/passwords", 204, nullptr);
  write_file("new", "battery staple\n");
  const Outcome outcome = run(
      {"auth", "password", "choose", "--token-file", "-", "--password-file", file("new").string()},
      "the-link\n");
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.last_body(), json({{"token", "the-link"}, {"password", "battery staple"}}));
  EXPECT_THAT(server_.authorizations(), ElementsAre(""));
}

}  // namespace
}  // namespace claviger::cli
