// The other commands, and the help.
#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(CliTest, TheFirstPageNamesEveryCommandAndGlobalFlag) {
  const std::string out = run({"--help"}).out;
  for (const std::string word : {"auth", "key", "gateway", "rest", "completion", "--print-request"})
    EXPECT_THAT(out, HasSubstr(word));
  EXPECT_EQ(run({"help"}).out, out);
}

TEST_F(CliTest, ATypingErrorIsAnsweredWithWhatWasMeant) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"kye", "list"}, "There is no command \"kye\"; did you mean \"key\"?"},
      {{"key", "lsit"}, "There is no command \"key lsit\"; did you mean \"key list\"?"},
      {{"key", "list", "--staus", "active"}, "There is no flag --staus; did you mean --status?"},
      {{"key", "create", "x", "--ap", "y"}, "There is no flag --ap; did you mean --app?"},
      {{"app", "list", "--srever=x"}, "There is no flag --srever; did you mean --server?"},
      {{"help", "exit-code"}, "did you mean \"exit-codes\"?"}};
  for (const auto& [words, expected] : cases) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.err, HasSubstr(expected));
  }
}

TEST_F(CliTest, ANameThatIsAlsoACommandIsAName) {
  server_.answer("POST /v1/applications", 201, {{"id", kAppId}, {"name", "list"}});
  EXPECT_EQ(run({"app", "create", "list"}).code, ExitCode::kOk);
  EXPECT_THAT(server_.requests(), ElementsAre(R"(POST /v1/applications {"name":"list"})"));
  EXPECT_EQ(run({"app", "create", "a", "list"}).code, ExitCode::kUsage);
}

TEST_F(CliTest, AFlagThatRepeatsTakesOneValueEachTime) {
  const Outcome outcome = run(
      {"key", "create", "--scope", "a", "ci", "--app", kAppId, "--api", "f", "--print-request"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr(R"("scopes":["a"])"), HasSubstr(R"("name":"ci")")));
}

TEST_F(CliTest, ASecretAmongTheArgumentsIsRefusedAndNotRepeated) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"key", "inspect", kSecretText},
        {"key", "list", "--app=" + kSecretText},
        {kSecretText}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("revoke it"), Not(HasSubstr(kSecretText))));
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CliTest, WhatElseStandsInASecretsPlaceIsNotRepeated) {
  const Outcome outcome = run({"key", "inspect", "hunter2-hunter2"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, Not(HasSubstr("hunter2")));
}

TEST_F(CliTest, AnApiIsImportedAsTheDocumentStands) {
  server_.answer("POST /v1/apis/import", 201,
                 {{"id", "api_1"},
                  {"name", "fleet"},
                  {"endpoints", {{{"method", "GET"}, {"path", "/devices"}}}}});
  write_file("openapi.yaml", "openapi: 3.0.0\n");
  const Outcome outcome = run({"api", "import", file("openapi.yaml").string(), "--name", "fleet",
                               "--upstream", "http://127.0.0.1:9000"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("GET /devices"));
  EXPECT_THAT(server_.requests(),
              ElementsAre("POST /v1/apis/import?name=fleet&upstream=http://127.0.0.1:9000 "
                          "openapi: 3.0.0\n"));
  EXPECT_EQ(run({"api", "import", "-", "--name", "f", "--upstream", "u"}, "").code,
            ExitCode::kUsage);
  EXPECT_EQ(run({"api", "import", file("none").string(), "--name", "f", "--upstream", "u"}).code,
            ExitCode::kUsage);
}

TEST_F(CliTest, TheContentTypeOfADocumentIsSeenFromItsText) {
  const std::vector<std::string> words = {"api", "import",     "-",        "--name",
                                          "f",   "--upstream", "http://u", "--print-request"};
  EXPECT_THAT(run(words, " {\"openapi\":\"3.1.0\"}").out,
              HasSubstr("Content-Type: application/json"));
  EXPECT_THAT(run(words, "openapi: 3.1.0").out, HasSubstr("Content-Type: application/yaml"));
}

TEST_F(CliTest, GatewaysAreListed) {
  server_.answer("GET /v1/gateways", 200,
                 page({{{"id", "gw_1"},
                        {"name", "gw-1"},
                        {"state", "live"},
                        {"appliedVersion", 7},
                        {"lag", 3}}}));
  EXPECT_THAT(run({"gateway", "list", "--no-headers"}).out,
              testing::ContainsRegex("gw_1 +gw-1 +- +live +- +7 +3"));
  EXPECT_THAT(server_.requests(), ElementsAre("GET /v1/gateways?limit=100"));
}

TEST_F(CliTest, AUserIsMadeWithAPasswordFromAFile) {
  server_.answer("POST /v1/users", 201, {{"id", "usr_1"}, {"email", "b@example.com"}});
  write_file("password", "correct horse\n");
  const Outcome outcome =
      run({"user", "create", "b@example.com", "--name", "B", "--role", "Asset Consumer", "--role",
           "Auditor", "--password-file", file("password").string()});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  const std::string request = server_.requests().back();
  EXPECT_EQ(json::parse(request.substr(request.find('{'))),
            json({{"email", "b@example.com"},
                  {"name", "B"},
                  {"roles", {"Asset Consumer", "Auditor"}},
                  {"password", "correct horse"}}));
}

TEST_F(CliTest, ANewPasswordIsTypedTwice) {
  use_terminal();
  hidden_lines_ = {"correct horse", "correct house"};
  const Outcome outcome =
      run({"user", "create", "b@example.com", "--name", "B", "--role", "Auditor"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CliTest, OrganizationsAreMadeAndListed) {
  server_.answer("POST /v1/organizations", 201, {{"id", "org_1"}, {"name", "Acme"}});
  server_.answer("GET /v1/organizations", 200, page({{{"id", "org_1"}, {"name", "Acme"}}}));
  EXPECT_EQ(run({"org", "create", "Acme", "-o", "name"}).out, "org_1\n");
  EXPECT_EQ(run({"org", "list", "-o", "csv", "--fields", "name"}).out, "name\nAcme\n");
}

TEST_F(CliTest, RestFollowsAListThroughItsPages) {
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_1"}}}, "key_1"));
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_2"}}}));
  const Outcome outcome =
      run({"rest", "GET", "/v1/keys?status=active", "--paginate", "-q", "x=y z"});
  EXPECT_EQ(json::parse(outcome.out), json({{{"id", "key_1"}}, {{"id", "key_2"}}}));
  EXPECT_EQ(server_.requests().front(), "GET /v1/keys?status=active&x=y z&limit=100");
  server_.answer("GET /v1/users", 200, page({}));
  EXPECT_EQ(run({"rest", "GET", "/v1/users?limit=7", "--paginate"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.requests().back(), "GET /v1/users?limit=7") << "the page's size is one's own";
}

TEST_F(CliTest, RestSendsABodyAndPrintsTheAnswer) {
  server_.answer("POST /v1/applications", 201, {{"id", kAppId}});
  const Outcome outcome =
      run({"rest", "post", "/v1/applications", "--data-file", "-"}, R"({"name":"x"})");
  EXPECT_EQ(json::parse(outcome.out), json({{"id", kAppId}}));
  EXPECT_THAT(server_.requests(), ElementsAre(R"(POST /v1/applications {"name":"x"})"));
}

TEST_F(CliTest, RestTakesTheTokenToNoOtherHost) {
  for (const std::string path :
       {"https://evil.example/v1/me", "@evil.example/", "v1/keys", "/a b", "/a#b"})
    EXPECT_EQ(run({"rest", "GET", path}).code, ExitCode::kUsage) << path;
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CliTest, APrintedRequestIsOneCommandForAShell) {
  EXPECT_EQ(run({"app", "create", "it's $HOME", "--print-request"}).out,
            "curl -sS -X 'POST' '" + server_.url() +
                "/v1/applications' -H \"Authorization: Bearer $CLAVIGER_TOKEN\" -H 'Content-Type: "
                "application/json' --data-raw '{\"name\":\"it'\\''s $HOME\"}'\n");
  EXPECT_EQ(
      run({"key", "verify", "-", "--api", "$a`b", "--path", "/", "--print-request"}).out,
      "curl -sS -X 'POST' '" + server_.url() +
          "/v1/keys/verify' -H \"Authorization: Bearer $CLAVIGER_TOKEN\" -H 'Content-Type: "
          "application/json' --data-binary @- <<END\n"
          "{\"key\":\"$CLAVIGER_SECRET\",\"api\":\"\\$a\\`b\",\"method\":\"GET\",\"path\":\"/\"}\n"
          "END\n");
}

TEST_F(CliTest, PrintingARequestStillFindsOutWhatItNeeds) {
  server_.answer("GET /v1/applications", 200, page({{{"id", kAppId}, {"name", "billing"}}}));
  const Outcome outcome = run({"key", "list", "--app", "billing", "--print-request"});
  EXPECT_THAT(outcome.out, HasSubstr("applicationId=" + kAppId));
  EXPECT_THAT(server_.requests(), ElementsAre("GET /v1/applications?limit=100"));
}

TEST_F(CliTest, VersionIsTheProjects) {
  const Outcome outcome = run({"version", "-o", "json"});
  EXPECT_THAT(json::parse(outcome.out).at("version").get<std::string>(),
              testing::ContainsRegex("[0-9]+\\.[0-9]+"));
  EXPECT_EQ(run({"--version"}).code, ExitCode::kOk);
}

class Serve final : public Command {
 public:
  Description description() override {
    return {.path = "serve", .summary = "Run the server", .examples = {"claviger serve"}};
  }

  Result<ExitCode> run(Context&) override { return ExitCode::kTryAgain; }
};

TEST_F(CliTest, TheProgramAddsCommandsOfItsOwn) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const FixedClock clock;
  const Environment environment{.in = in,
                                .out = out,
                                .err = err,
                                .variable = [](const std::string&) { return std::nullopt; },
                                .read_hidden_line = [] { return Secret(); },
                                .clock = clock};
  const auto with_serve = [] {
    Commands commands;
    commands.push_back(std::make_unique<Serve>());
    return commands;
  };
  EXPECT_EQ(cli::run(environment, {"serve"}, with_serve()), ExitCode::kTryAgain);
  EXPECT_EQ(cli::run(environment, {"help"}, with_serve()), ExitCode::kOk);
  EXPECT_THAT(out.str(), HasSubstr("Run the server"));
}

}  // namespace
}  // namespace claviger::cli
