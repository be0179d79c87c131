#include "cli_fixture.h"

#include <sys/stat.h>

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<std::string> kCreate = {"key",   "create",     "ci", "--app",     kAppId, "--api",
                                          "fleet", "--endpoint", "*",  "--expires", "30d"};

std::vector<std::string> create_with(const std::vector<std::string>& more) {
  std::vector<std::string> words = kCreate;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class KeyCreateTest : public CliTest {
 protected:
  KeyCreateTest() {
    server_.answer("POST /v1/applications/" + kAppId + "/keys", 201,
                   {{"id", kKeyId},
                    {"name", "ci"},
                    {"status", "active"},
                    {"expiresAt", "2026-12-22T18:00:00Z"},
                    {"secret", kSecretText}});
  }

  [[nodiscard]] json sent_body() const {
    const std::string request = server_.requests().back();
    return json::parse(request.substr(request.find('{')));
  }
};

TEST_F(KeyCreateTest, SaysEverythingOfTheKeyInOneRequest) {
  const Outcome outcome =
      run({"key",        "create",        "ci",          "--app",     kAppId,
           "--api",      "fleet",         "--endpoint",  "GET /a",    "--endpoint",
           "POST /b",    "--method",      "GET",         "--scope",   "read",
           "--scope",    "write",         "--read-only", "--expires", "P30D",
           "--from",     "10.0.0.0/8",    "--from",      "::1",       "--not-before",
           "2026-12-01", "--description", "nightly"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(sent_body(), json({{"name", "ci"},
                               {"description", "nightly"},
                               {"grants",
                                {{{"api", "fleet"},
                                  {"endpoints", {"GET /a", "POST /b"}},
                                  {"methods", {"GET"}},
                                  {"scopes", {"read", "write"}}}}},
                               {"readOnly", true},
                               {"expiresIn", "P30D"},
                               {"notBefore", "2026-12-01T00:00:00Z"},
                               {"allowedIps", {"10.0.0.0/8", "::1"}}}));
}

TEST_F(KeyCreateTest, FindsTheApplicationByItsName) {
  server_.answer("GET /v1/applications", 200, page({{{"id", kAppId}, {"name", "billing"}}}));
  EXPECT_EQ(run({"key", "create", "ci", "--app", "billing", "--api", "f", "--endpoint", "*"}).code,
            ExitCode::kOk);
  const Outcome missing =
      run({"key", "create", "ci", "--app", "biling", "--api", "f", "--endpoint", "*"});
  EXPECT_EQ(missing.code, ExitCode::kNotFound);
  EXPECT_THAT(missing.err, HasSubstr("did you mean \"billing\"?"));
}

TEST_F(KeyCreateTest, TwoApplicationsOfOneNameAreNotGuessedAt) {
  server_.answer("GET /v1/applications", 200,
                 page({{{"id", kAppId}, {"name", "a"}}, {{"id", "app_2"}, {"name", "a"}}}));
  const Outcome outcome =
      run({"key", "create", "ci", "--app", "a", "--api", "f", "--endpoint", "*"});
  EXPECT_EQ(outcome.code, ExitCode::kConflict);
  EXPECT_THAT(outcome.err, HasSubstr(kAppId));
}

TEST_F(KeyCreateTest, WithoutEndpointsOrScopesNothingIsOpened) {
  const Outcome outcome = run({"key", "create", "ci", "--app", kAppId, "--api", "fleet"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--endpoint"));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(KeyCreateTest, ScopesAloneOpenWhatTheyAllow) {
  const Outcome outcome =
      run({"key", "create", "ci", "--app", kAppId, "--api", "fleet", "--scope", "read"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(sent_body()["grants"][0]["endpoints"], json({"*"}));
  EXPECT_THAT(outcome.err, HasSubstr("every endpoint of fleet that these scopes allow"));
}

TEST_F(KeyCreateTest, NeverIsSentAsNull) {
  auto words = kCreate;
  words.back() = "never";
  EXPECT_EQ(run(words).code, ExitCode::kOk);
  EXPECT_TRUE(sent_body().at("expiresAt").is_null());
}

TEST_F(KeyCreateTest, MonthsOrMinutesIsAsked) {
  auto words = kCreate;
  words.back() = "6m";
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("Months or minutes?"));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(KeyCreateTest, OnATerminalTheSecretStandsInAFrameShownOnce) {
  use_terminal();
  const Outcome outcome = run(kCreate);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("╭"), HasSubstr(kSecretText), HasSubstr("Shown once")));
  EXPECT_THAT(outcome.err, Not(HasSubstr(kSecretText)));
}

TEST_F(KeyCreateTest, JsonHasTheSecretAsAField) {
  const Outcome outcome = run(create_with({"-o", "json"}));
  EXPECT_EQ(json::parse(outcome.out).at("secret"), kSecretText);
  EXPECT_THAT(outcome.err, Not(HasSubstr(kSecretText)));
}

TEST_F(KeyCreateTest, SecretOnlyIsTheSecretAndNothingElse) {
  const Outcome outcome = run(create_with({"--secret-only"}));
  EXPECT_EQ(outcome.out, kSecretText + "\n");
  EXPECT_THAT(outcome.err, Not(HasSubstr(kSecretText)));
}

TEST_F(KeyCreateTest, PipedWithoutAFormatTheSecretIsStillThere) {
  EXPECT_THAT(run(kCreate).out, HasSubstr("SECRET   " + kSecretText));
}

TEST_F(KeyCreateTest, AFileHasTheSecretForItsOwnerAlone) {
  const std::string path = file("secret").string();
  const Outcome outcome = run(create_with({"--out-file", path, "-o", "json"}));
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(read_file("secret"), kSecretText + "\n");

  struct stat status {};

  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr(kSecretText)));
}

TEST_F(KeyCreateTest, AnExistingFileIsNeverOverwrittenAndNoKeyIsMade) {
  write_file("secret", "precious");
  const Outcome outcome = run(create_with({"--out-file", file("secret").string()}));
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("File exists"));
  EXPECT_EQ(read_file("secret"), "precious");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(KeyCreateTest, ALinkInTheFilesPlaceIsNotFollowed) {
  std::filesystem::create_symlink(file("elsewhere"), file("secret"));
  EXPECT_EQ(run(create_with({"--out-file", file("secret").string()})).code, ExitCode::kUsage);
  EXPECT_FALSE(std::filesystem::exists(file("elsewhere")));
}

TEST_F(KeyCreateTest, ARefusedKeyLeavesNoFile) {
  auto words = create_with({"--out-file", file("secret").string()});
  words[4] = "app_01kat0q6p2e7w8m9xr3v5bn4ce";
  EXPECT_EQ(run(words).code, ExitCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(file("secret")));
}

TEST_F(KeyCreateTest, AnOutputThatWouldLoseTheSecretIsRefusedBeforeAKeyIsMade) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"-o", "name"},
                                             {"-o", "json", "--fields", "id,name"},
                                             {"--secret-only", "--out-file", "x"}}) {
    EXPECT_EQ(run(create_with(more)).code, ExitCode::kUsage) << testing::PrintToString(more);
  }
  variables_["CLAVIGER_OUTPUT"] = "jsn";
  EXPECT_EQ(run(kCreate).code, ExitCode::kUsage);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(KeyCreateTest, NameIsFineWhereTheSecretGoesToAFile) {
  const Outcome outcome = run(create_with({"-o", "name", "--out-file", file("secret").string()}));
  EXPECT_EQ(outcome.out, kKeyId + "\n");
}

TEST_F(KeyCreateTest, DebugShowsNeitherTokenNorSecret) {
  const Outcome outcome = run(create_with({"--debug", "--secret-only"}));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("> POST "), HasSubstr("< 201")));
  EXPECT_THAT(outcome.err, AllOf(Not(HasSubstr("the-token")), Not(HasSubstr(kSecretText))));
}

TEST_F(KeyCreateTest, AKeyThatWaitsForApprovalHasItsOwnExitCodeAndNoFile) {
  const std::string other = "app_01kat0q6p2e7w8m9xr3v5bn4ce";
  server_.answer("POST /v1/applications/" + other + "/keys", 202,
                 {{"id", kKeyId}, {"status", "pending"}, {"requestId", "req_1"}});
  auto words = create_with({"--out-file", file("secret").string()});
  words[4] = other;
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.code, ExitCode::kWaitingForApproval);
  EXPECT_THAT(outcome.out, HasSubstr("req_1"));
  EXPECT_FALSE(std::filesystem::exists(file("secret")));
}

TEST_F(KeyCreateTest, AKeyWithoutAnEndIsWarnedOfUnlessAskedFor) {
  server_.answer("POST /v1/applications/" + kAppId + "/keys", 201,
                 {{"id", kKeyId}, {"expiresAt", nullptr}, {"secret", kSecretText}});
  EXPECT_EQ(run(kCreate).code, ExitCode::kOk);  // takes the first answer
  auto words = kCreate;
  words.resize(words.size() - 2);
  EXPECT_THAT(run(words).err, HasSubstr("never expires"));
  EXPECT_FALSE(sent_body().contains("expiresAt")) << "the APIs' default is the server's to take";
  EXPECT_FALSE(sent_body().contains("expiresIn"));
}

TEST_F(KeyCreateTest, PrintedItIsACommandWithoutAnySecretAndNothingIsMade) {
  const Outcome outcome =
      run(create_with({"--print-request", "--out-file", file("secret").string()}));
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("curl -sS -X 'POST' '" + server_.url()),
                                 HasSubstr("Bearer $CLAVIGER_TOKEN"), Not(HasSubstr("the-token"))));
  EXPECT_THAT(server_.requests(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(file("secret")));
}

}  // namespace
}  // namespace claviger::cli
