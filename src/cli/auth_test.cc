// Signing in and out, and where that is kept.
#include "cli_fixture.h"

#include <sys/stat.h>

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kConfig = "claviger/config.toml";
const std::string kCredentials = "claviger/credentials.toml";

class AuthTest : public CliTest {
 protected:
  AuthTest() {
    variables_.erase("CLAVIGER_TOKEN");
    variables_.erase("CLAVIGER_SERVER");
    server_.answer("POST /v1/sessions", 201,
                   {{"accessToken", "clv_ses_token"},
                    {"expiresAt", "2026-11-23T18:00:00Z"},
                    {"user", {{"email", "ann@example.com"}, {"name", "Ann"}}}});
    server_.answer("GET /v1/me", 200, {{"email", "ann@example.com"}, {"name", "Ann"}});
    server_.answer("DELETE /v1/sessions", 204, nullptr);
    server_.answer("GET /v1/applications", 200, page({}));
  }

  Outcome login(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {
        "auth",    "login",           "--server",        server_.url(),
        "--email", "ann@example.com", "--password-file", "-"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, "correct horse\n");
  }

  [[nodiscard]] mode_t mode(const std::string& name) const {
    struct stat status {};

    EXPECT_EQ(::stat(file(name).c_str(), &status), 0);
    return status.st_mode & 0777;
  }
};

TEST_F(AuthTest, SigningInStoresTheSessionForItsOwnerAlone) {
  const Outcome outcome = login();
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.requests().front(),
            R"(POST /v1/sessions {"email":"ann@example.com","password":"correct horse"})");
  EXPECT_EQ(mode(kCredentials), 0600U);
  EXPECT_EQ(mode("claviger"), 0700U);
  EXPECT_THAT(read_file(kCredentials), HasSubstr("clv_ses_token"));
  EXPECT_THAT(read_file(kConfig), AllOf(HasSubstr(server_.url()), Not(HasSubstr("clv_ses_token"))));
  EXPECT_THAT(outcome.out + outcome.err,
              AllOf(HasSubstr("ann@example.com"), Not(HasSubstr("clv_ses_token")),
                    Not(HasSubstr("correct horse"))));
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.authorizations().back(), "Bearer clv_ses_token");
}

TEST_F(AuthTest, ThePasswordIsAskedForUnseen) {
  use_terminal();
  hidden_lines_ = {"correct horse"};
  const Outcome outcome = run({"auth", "login", "--server", server_.url()}, "ann@example.com\n");
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("E-mail: "), HasSubstr("Password: ")));
  EXPECT_THAT(server_.requests().front(), HasSubstr(R"("password":"correct horse")"));
}

TEST_F(AuthTest, NothingIsAskedWhereNobodyAnswers) {
  const std::vector<std::string> words = {"auth",        "login",   "--server",
                                          server_.url(), "--email", "a@b"};
  EXPECT_EQ(run(words, "correct horse\n").code, ExitCode::kUsage);
  use_terminal();
  hidden_lines_ = {"correct horse"};
  auto no_input = words;
  no_input.emplace_back("--no-input");
  EXPECT_EQ(run(no_input).code, ExitCode::kUsage);
  for (const std::string name : {"CI", "CLAVIGER_NO_INPUT"}) {
    variables_[name] = "true";
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << name;
    EXPECT_THAT(outcome.err, HasSubstr("--password-file"));
    variables_.erase(name);
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(AuthTest, ATokenIsCheckedBeforeItIsStored) {
  EXPECT_EQ(run({"auth", "login", "--server", server_.url(), "--with-token"}, "my-token\n").code,
            ExitCode::kOk);
  EXPECT_THAT(server_.authorizations(), ElementsAre("Bearer my-token"));
  EXPECT_THAT(read_file(kCredentials), HasSubstr("my-token"));
}

TEST_F(AuthTest, AWrongPasswordStoresNothing) {
  server_.answer("POST /v1/sessions",
                 problem(401, "sign-in-required", "E-mail or password is wrong."));
  EXPECT_EQ(login().code, ExitCode::kOk);  // takes the first answer
  std::filesystem::remove_all(file("claviger"));
  EXPECT_EQ(login().code, ExitCode::kNotAllowed);
  EXPECT_FALSE(std::filesystem::exists(file("claviger")));
}

TEST_F(AuthTest, ACodeIsAskedForWhereThePasswordDoesNotDo) {
  const auto needed = problem(401, "second-factor-needed", "This account has a second factor.");
  server_.answer("POST /v1/sessions", needed);
  server_.answer("POST /v1/sessions", 201, {{"accessToken", "clv_ses_second"}});
  login();  // takes the first answer
  use_terminal();
  hidden_lines_ = {"correct horse", "123456"};
  const Outcome outcome =
      run({"auth", "login", "--server", server_.url(), "--email", "ann@example.com"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("Code: "), Not(HasSubstr("123456"))));
  EXPECT_THAT(server_.requests().back(), StartsWith(R"(POST /v1/sessions {"code":"123456",)"));
  EXPECT_THAT(read_file(kCredentials), HasSubstr("clv_ses_second"));
}

TEST_F(AuthTest, ACodeComesFromAFileWhereNobodyAnswers) {
  const auto needed = problem(401, "second-factor-needed", "This account has a second factor.");
  server_.answer("POST /v1/sessions", needed);
  server_.answer("POST /v1/sessions", needed);
  server_.answer("POST /v1/sessions", 201, {{"accessToken", "clv_ses_second"}});
  login();  // takes the first answer
  const Outcome refused = login();
  EXPECT_EQ(refused.code, ExitCode::kUsage);
  EXPECT_THAT(refused.err, HasSubstr("--code-file"));
  write_file("code", "123456\n");
  EXPECT_EQ(login({"--code-file", file("code").string()}).code, ExitCode::kOk);
  EXPECT_THAT(server_.requests().back(), HasSubstr(R"("code":"123456")"));
}

TEST_F(AuthTest, SigningOutEndsTheSessionHereAndThere) {
  login();
  EXPECT_EQ(run({"auth", "logout"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.requests().back(), "DELETE /v1/sessions");
  EXPECT_EQ(server_.authorizations().back(), "Bearer clv_ses_token");
  EXPECT_THAT(read_file(kCredentials), Not(HasSubstr("clv_ses_token")));
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kNotAllowed);
}

TEST_F(AuthTest, SigningOutForgetsTheTokenThoughTheServerFails) {
  login();
  server_.answer("DELETE /v1/sessions", problem(503, "unavailable", "Not now."));
  run({"auth", "logout"});  // takes the first answer
  login();
  EXPECT_EQ(run({"auth", "logout"}).code, ExitCode::kTryAgain);
  EXPECT_THAT(read_file(kCredentials), Not(HasSubstr("clv_ses_token")));
}

TEST_F(AuthTest, StatusSaysWhoWhereAndByWhat) {
  login();
  const Outcome outcome = run({"auth", "status", "-o", "json"});
  const json status = json::parse(outcome.out);
  EXPECT_EQ(status.at("email"), "ann@example.com");
  EXPECT_EQ(status.at("server"), server_.url());
  EXPECT_EQ(status.at("tokenSource"), "credentials.toml");
  EXPECT_EQ(status.at("tokenExpiresAt"), "2026-11-23T18:00:00Z");
}

TEST_F(AuthTest, AStoredTokenIsSentToItsOwnServerAlone) {
  login();
  ScriptedServer other;
  const Outcome outcome = run({"app", "list", "--server", other.url()});
  EXPECT_EQ(outcome.code, ExitCode::kNotAllowed);
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST_F(AuthTest, ANamedServerBringsItsOwnContext) {
  login();
  ScriptedServer other;
  other.answer("GET /v1/me", 200, {{"email", "bob@example.com"}});
  EXPECT_EQ(run({"auth", "login", "--server", other.url(), "--with-token"}, "of-other").code,
            ExitCode::kOk);
  EXPECT_EQ(run({"app", "list", "--server", server_.url()}).code, ExitCode::kOk);
  EXPECT_EQ(server_.authorizations().back(), "Bearer clv_ses_token");
  EXPECT_EQ(run({"auth", "status"}).code, ExitCode::kOk);
  EXPECT_EQ(other.authorizations().back(), "Bearer of-other");
}

TEST_F(AuthTest, CredentialsThatOthersCouldReadAreMendedWithASentence) {
  login();
  ASSERT_EQ(::chmod(file(kCredentials).c_str(), 0644), 0);
  const Outcome outcome = run({"app", "list"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.err, HasSubstr("could be read by other users"));
  EXPECT_EQ(mode(kCredentials), 0600U);
  EXPECT_THAT(run({"app", "list"}).err, Not(HasSubstr("other users")));
}

TEST_F(AuthTest, ASecondServerGetsAContextOfItsOwn) {
  login();
  login({"--context", "work"});
  const std::string config = read_file(kConfig);
  EXPECT_THAT(config, AllOf(HasSubstr("work"), HasSubstr("127.0.0.1:")));
  EXPECT_EQ(run({"app", "list", "--context", "work"}).code, ExitCode::kOk);
  const Outcome outcome = run({"app", "list", "--context", "wrok"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean \"work\"?"));
}

TEST_F(AuthTest, PrintedTheSignInHasNoPassword) {
  const Outcome outcome = login({"--print-request"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("\"password\":\"$CLAVIGER_PASSWORD\""),
                                 Not(HasSubstr("Authorization")), Not(HasSubstr("correct horse"))));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(AuthTest, FlagGoesBeforeVariableBeforeContext) {
  login();
  ScriptedServer by_flag;
  ScriptedServer by_variable;
  for (ScriptedServer* server : {&by_flag, &by_variable})
    server->answer("GET /v1/applications", 200, page({}));
  variables_["CLAVIGER_TOKEN"] = "by-variable";
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.authorizations().back(), "Bearer by-variable");
  variables_["CLAVIGER_SERVER"] = by_variable.url() + "/";
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kOk);
  EXPECT_EQ(by_variable.requests().size(), 1U);
  EXPECT_EQ(run({"--server", by_flag.url(), "app", "list"}).code, ExitCode::kOk);
  EXPECT_EQ(run({"app", "list", "--server", by_flag.url()}).code, ExitCode::kOk);
  EXPECT_EQ(by_flag.requests().size(), 2U);
}

TEST_F(AuthTest, TheFormatIsTheFlagsThenTheVariablesThenTheContexts) {
  login();
  write_file(kConfig, "current_context = \"c\"\n[contexts.c]\nserver = \"" + server_.url() +
                          "\"\noutput = \"json\"\n");
  variables_["CLAVIGER_TOKEN"] = "t";
  EXPECT_EQ(run({"app", "list"}).out, "[]\n");
  variables_["CLAVIGER_OUTPUT"] = "name";
  EXPECT_EQ(run({"app", "list"}).out, "");
  EXPECT_EQ(run({"app", "list", "-o", "yaml"}).out, "[]\n");
}

TEST_F(AuthTest, ATokenMayStandInAFile) {
  write_file("token", "from-file\n");
  variables_["CLAVIGER_SERVER"] = server_.url();
  variables_["CLAVIGER_TOKEN_FILE"] = file("token").string();
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.authorizations().back(), "Bearer from-file");
  variables_["CLAVIGER_TOKEN_FILE"] = file("nothing").string();
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kUsage);
}

TEST_F(AuthTest, AFaultInTheConfigurationIsNamedByItsPlace) {
  variables_["CLAVIGER_TOKEN"] = "t";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"current_contxt = \"a\"\n",
       "config.toml:1:1: \"current_contxt\" is not a setting; did you mean"},
      {"[contexts.a]\nserver = 1\n", "config.toml:2:10: \"server\" must be a text."},
      {"[contexts\n", "config.toml:1:10: "}};
  for (const auto& [text, expected] : cases) {
    write_file(kConfig, text);
    const Outcome outcome = run({"app", "list"});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << text;
    EXPECT_THAT(outcome.err, HasSubstr(expected));
  }
  EXPECT_EQ(run({"version"}).code, ExitCode::kOk);
  EXPECT_EQ(run({"help"}).code, ExitCode::kOk);
}

TEST_F(AuthTest, AServersAddressIsCheckedBeforeItIsUsed) {
  for (const std::string url : {"keys.example.com", "ftp://x", "https://ann:pw@x", "https://x?y",
                                "https://", "https://x y"})
    EXPECT_EQ(run({"app", "list", "--server", url}).code, ExitCode::kUsage) << url;
}

}  // namespace
}  // namespace claviger::cli
