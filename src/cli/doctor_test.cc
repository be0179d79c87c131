// The contexts of the configuration, and what the doctor finds on the way to the server.
#include "cli_fixture.h"
#include "diagnosis.h"

#include <sys/stat.h>

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ContextTest : public CliTest {
 protected:
  ContextTest() {
    variables_ = {{"XDG_CONFIG_HOME", file("").string()}};
    write_file("claviger/config.toml",
               "current_context = \"home\"\n"
               "[contexts.home]\nserver = \"https://home.example\"\n"
               "[contexts.work]\nserver = \"https://work.example\"\noutput = \"json\"\n");
    write_file("claviger/credentials.toml",
               "[contexts.work]\nserver = \"https://work.example\"\ntoken = \"the-token\"\n"
               "email = \"ann@example.com\"\nexpires_at = \"\"\n");
    EXPECT_EQ(::chmod(file("claviger/credentials.toml").c_str(), 0600), 0);
  }
};

TEST_F(ContextTest, AreListedWithoutTheirTokens) {
  const Outcome outcome = run({"context", "list", "-o", "json"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  const json contexts = json::parse(outcome.out);
  ASSERT_EQ(contexts.size(), 2U);
  EXPECT_EQ(contexts[0]["current"], true);
  EXPECT_EQ(contexts[1]["signedIn"], true);
  EXPECT_EQ(contexts[1]["email"], "ann@example.com");
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("the-token")));
}

TEST_F(ContextTest, OneIsUsedFromThenOn) {
  EXPECT_EQ(run({"context", "use", "work"}).code, ExitCode::kOk);
  EXPECT_THAT(run({"context", "show", "-o", "csv", "--fields", "server"}).out,
              HasSubstr("https://work.example"));
  variables_["CLAVIGER_CONTEXT"] = "home";
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr("https://home.example"));
  EXPECT_THAT(run({"context", "use", "work"}).err, HasSubstr("CLAVIGER_CONTEXT is set"));
}

TEST_F(ContextTest, OneIsForgottenWithItsToken) {
  EXPECT_EQ(run({"context", "rm", "work"}).code, ExitCode::kOk);
  EXPECT_THAT(read_file("claviger/credentials.toml"), Not(HasSubstr("the-token")));
  EXPECT_THAT(read_file("claviger/config.toml"),
              AllOf(HasSubstr("home"), Not(HasSubstr("work.example"))));
  const Outcome unknown = run({"context", "use", "hoem"});
  EXPECT_EQ(unknown.code, ExitCode::kNotFound);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"home\"?"));
}

TEST_F(ContextTest, AreOfferedByCompletion) {
  EXPECT_EQ(run({"__complete", "context", "use", "w"}).out, "work\thttps://work.example\n");
}

class DoctorTest : public CliTest {
 protected:
  DoctorTest() {
    server_.answer("GET /v1/me", 200,
                   {{"email", "ann@example.com"}, {"permissions", {"View gateways"}}});
    server_.answer("GET /v1/gateways", 200,
                   page({{{"id", "gw_1"}, {"name", "gw-1"}, {"state", "live"}, {"lag", 0}}}));
  }

  /// "check status" of each finding.
  std::vector<std::string> findings() {
    std::vector<std::string> lines;
    outcome_ = run({"doctor", "-o", "json"});
    for (const json& finding : json::parse(outcome_.out))
      lines.push_back(finding["id"].get<std::string>() + ' ' +
                      finding["status"].get<std::string>());
    return lines;
  }

  Outcome outcome_{};
};

TEST_F(DoctorTest, GoesFromTheFilesToTheGateways) {
  // The test's clock stands days away from the machine's, by which the server goes.
  EXPECT_THAT(findings(), ElementsAre("files ok", "configuration ok", "server ok", "transport ok",
                                      "clock fail", "account ok", "gateway gw-1 ok"));
  EXPECT_EQ(outcome_.code, ExitCode::kFailed);
  EXPECT_THAT(outcome_.out, HasSubstr("NTP"));
}

TEST_F(DoctorTest, StopsWhereTheNextCheckCouldNotSucceed) {
  variables_["CLAVIGER_SERVER"] = "http://127.0.0.1:1";
  EXPECT_THAT(findings(), ElementsAre("files ok", "configuration ok", "server fail"));
  variables_.erase("CLAVIGER_SERVER");
  EXPECT_THAT(findings(), ElementsAre("files ok", "configuration fail"));
  EXPECT_THAT(outcome_.out, HasSubstr("claviger auth login"));
  write_file("claviger/config.toml", "nonsense");
  EXPECT_THAT(findings(), ElementsAre("files ok", "configuration fail"));
  EXPECT_THAT(outcome_.out, HasSubstr("config.toml:1:"));
}

TEST_F(DoctorTest, SaysWhoseTokenIsNoLongerTaken) {
  server_.answer("GET /v1/me", problem(401, "sign-in-required", "The session has ended."));
  // The first answer is for the question whether the server is there.
  EXPECT_THAT(findings(),
              AllOf(testing::Contains("account fail"), Not(testing::Contains("gateway gw-1 ok"))));
}

TEST_F(DoctorTest, SeesFilesThatOthersCanRead) {
  write_file("claviger/credentials.toml", "");
  ASSERT_EQ(::chmod(file("claviger/credentials.toml").c_str(), 0644), 0);
  EXPECT_THAT(findings(), testing::Contains("files warn"));
}

TEST_F(DoctorTest, SeesACaFileThatIsNone) {
  write_file("ca.pem", "not a certificate");
  variables_["CLAVIGER_CACERT"] = file("ca.pem").string();
  EXPECT_THAT(findings(), testing::Contains("ca file fail"));
  variables_["CLAVIGER_CACERT"] = file("nothing.pem").string();
  EXPECT_THAT(findings(), testing::Contains("ca file fail"));
  EXPECT_THAT(outcome_.out, HasSubstr("is not there"));
}

TEST_F(DoctorTest, WhoMayNotSeeGatewaysIsNotTakenForAFault) {
  server_.answer("GET /v1/gateways", problem(403, "permission-denied", "You lack it."));
  (void)findings();  // takes the first answer
  EXPECT_THAT(findings(), testing::Contains("gateways ok"));
}

TEST(Diagnosis, ReadsTheDatesOfHttpAlone) {
  EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 18:00:00 GMT"),
            parse_rfc3339("2026-11-22T18:00:00Z").value());
  for (const char* text :
       {"", "2026-11-22T18:00:00Z", "Sun, 22 Nov 2026 18:00:00", "Sunday, 22-Nov-26 18:00:00 GMT"})
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

TEST(Diagnosis, AClockIsJudgedByWhatItBreaks) {
  const Time now = parse_rfc3339("2026-11-22T18:00:00.5Z").value();
  const auto health = [now](const char* date) {
    return judge_clock(date, now, Microseconds{0}).health;
  };
  EXPECT_EQ(health("Sun, 22 Nov 2026 18:00:00 GMT"), Health::kOk);
  EXPECT_EQ(health("Sun, 22 Nov 2026 18:00:05 GMT"), Health::kOk);
  EXPECT_EQ(health("Sun, 22 Nov 2026 18:00:06 GMT"), Health::kWarning);
  EXPECT_EQ(health("Sun, 22 Nov 2026 17:57:00 GMT"), Health::kFailed);
  EXPECT_EQ(health(""), Health::kWarning);
  EXPECT_THAT(judge_clock("Sun, 22 Nov 2026 17:57:00 GMT", now, Microseconds{0}).found,
              HasSubstr("180 seconds behind"));
  // A slow answer is not a slow clock.
  EXPECT_EQ(judge_clock("Sun, 22 Nov 2026 17:59:54 GMT", now, std::chrono::seconds(12)).health,
            Health::kOk);
}

TEST(Diagnosis, AGatewayIsLiveLateOrSilent) {
  const auto health = [](const char* state, int lag) {
    return judge_gateways({{{"name", "gw"}, {"state", state}, {"lag", lag}}}).front().health;
  };
  EXPECT_EQ(health("live", 0), Health::kOk);
  EXPECT_EQ(health("live", 2), Health::kWarning);
  EXPECT_EQ(health("silent", 0), Health::kFailed);
  EXPECT_EQ(judge_gateways({}).front().health, Health::kWarning);
}

TEST(Diagnosis, PlainHttpIsFineOnTheOwnMachineAlone) {
  EXPECT_EQ(judge_transport("https://keys.example.com").health, Health::kOk);
  EXPECT_EQ(judge_transport("http://127.0.0.1:8080").health, Health::kOk);
  EXPECT_EQ(judge_transport("http://keys.example.com").health, Health::kWarning);
  EXPECT_EQ(judge_transport("http://127.0.0.1.example.com").health, Health::kWarning);
}

TEST(Diagnosis, ATokenThatEndsSoonAndAnAccountWithoutPermissionsAreWarnedOf) {
  const Time now = parse_rfc3339("2026-11-22T18:00:00Z").value();
  const json able = {{"email", "a@b"}, {"permissions", {"View audit"}}};
  EXPECT_EQ(judge_account(able, "", now).health, Health::kOk);
  EXPECT_EQ(judge_account(able, "2026-11-23T18:00:00Z", now).health, Health::kOk);
  EXPECT_EQ(judge_account(able, "2026-11-22T18:30:00Z", now).health, Health::kWarning);
  EXPECT_EQ(judge_account({{"email", "a@b"}}, "", now).health, Health::kWarning);
}

}  // namespace
}  // namespace claviger::cli
