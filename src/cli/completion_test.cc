#include "completion.h"

#include "cli_fixture.h"

#include <array>

namespace claviger::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class CompletionTest : public CliTest {
 protected:
  std::string complete(std::vector<std::string> words) {
    words.insert(words.begin(), "__complete");
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kOk);
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
};

TEST_F(CompletionTest, EachScriptIsOneThatItsShellCanRead) {
  for (const std::string& shell : shell_names()) {
    const Outcome outcome = run({"completion", shell});
    EXPECT_EQ(outcome.code, ExitCode::kOk);
    write_file(shell, outcome.out);
    const auto code = exit_code_of_program({shell, "-n", file(shell).string()});
    // zsh and fish, where they are installed.
    EXPECT_EQ(code.value_or(shell == "bash" ? -1 : 0), 0) << shell;
  }
  EXPECT_EQ(run({"completion", "tcsh"}).code, ExitCode::kUsage);
}

TEST_F(CompletionTest, BashPutsAHostileNameIntoTheLineAsOneQuotedWord) {
  write_file("bash", run({"completion", "bash"}).out);
  write_file("check", "source " + file("bash").string() +
                          "\n"
                          "claviger() { printf '$(touch x)\\tname\\n'; }\n"
                          "COMP_WORDS=(claviger key create --api '') COMP_CWORD=4\n"
                          "_claviger\n"
                          "[[ ${COMPREPLY[0]} == '\\$\\(touch\\ x\\)' ]]\n");
  EXPECT_EQ(exit_code_of_program({"bash", file("check").string()}), 0);
}

TEST_F(CompletionTest, WordsAndFlagsComeFromTheTree) {
  EXPECT_THAT(complete({"ke"}), HasSubstr("key\tAccess keys"));
  EXPECT_THAT(complete({"key", ""}), AllOf(HasSubstr("create\t"), HasSubstr("revoke\t")));
  EXPECT_THAT(complete({"key", "list", "--"}),
              AllOf(HasSubstr("--status\t"), HasSubstr("--output\t")));
  EXPECT_EQ(complete({"key", "list", "--status", "re"}), "revoked\nrejected\n");
  EXPECT_EQ(complete({"key", "list", "-o", "ya"}), "yaml\n");
  EXPECT_EQ(complete({"nothing", ""}), "");
}

TEST_F(CompletionTest, IdsComeFromTheServer) {
  server_.answer("GET /v1/applications", 200, page({{{"id", kAppId}, {"name", "billing"}}}));
  server_.answer("GET /v1/keys", 200, page({{{"id", kKeyId}, {"name", "ci"}}}));
  server_.answer("GET /v1/apis", 200, page({{{"id", "api_1"}, {"name", "fleet"}}}));
  EXPECT_EQ(complete({"key", "create", "x", "--app", ""}), kAppId + "\tbilling\n");
  EXPECT_EQ(complete({"key", "revoke", "key_"}), kKeyId + "\tci\n");
  EXPECT_EQ(complete({"key", "create", "--api", "f"}), "fleet\tapi_1\n");
}

TEST_F(CompletionTest, EveryKindOfThingIsOffered) {
  server_.answer("GET /v1/organizations", 200, page({{{"id", kOrgId}, {"name", "Acme"}}}));
  server_.answer("GET /v1/users", 200, page({{{"email", "ann@example.com"}, {"name", "Ann"}}}));
  server_.answer("GET /v1/roles", 200, page({{{"name", "Auditor"}, {"description", "reads"}}}));
  server_.answer("GET /v1/keys", 200, page({{{"id", kKeyId}, {"name", "ci"}}}));
  server_.answer("GET /v1/me/tokens", 200, page({{{"id", kOtherKeyId}, {"name", "mine"}}}));
  EXPECT_EQ(complete({"org", "show", ""}), kOrgId + "\tAcme\n");
  EXPECT_EQ(complete({"user", "create", "x", "--organization", ""}), kOrgId + "\tAcme\n");
  EXPECT_EQ(complete({"user", "delete", "a"}), "ann@example.com\tAnn\n");
  EXPECT_EQ(complete({"key", "list", "--owner", ""}), "ann@example.com\tAnn\n");
  EXPECT_EQ(complete({"key", "list", "--app-owner", ""}), "ann@example.com\tAnn\n");
  EXPECT_EQ(complete({"user", "edit", "ann@example.com", "--add-role", ""}), "Auditor\treads\n");
  EXPECT_EQ(complete({"role", "show", ""}), "Auditor\treads\n");
  EXPECT_EQ(complete({"key", "revoke", kOtherKeyId, ""}), kKeyId + "\tci\n") << "one more";
  EXPECT_EQ(complete({"token", "revoke", ""}), kOtherKeyId + "\tmine\n");
}

TEST_F(CompletionTest, TheServerThatWasTypedIsAsked) {
  ScriptedServer typed;
  typed.answer("GET /v1/keys", 200, page({{{"id", kKeyId}, {"name", "ci"}}}));
  EXPECT_EQ(complete({"--server", typed.url(), "key", "show", ""}), kKeyId + "\tci\n");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CompletionTest, AFailureIsSilent) {
  EXPECT_EQ(complete({"key", "show", ""}), "");  // 404
  variables_["CLAVIGER_SERVER"] = "http://127.0.0.1:1";
  EXPECT_EQ(complete({"key", "show", ""}), "");
  variables_.clear();
  EXPECT_EQ(complete({"key", "show", ""}), "");
}

TEST_F(CompletionTest, ANameCannotForgeACandidate) {
  server_.answer(
      "GET /v1/keys", 200,
      page({{{"id", "key_1\nkey_evil"}, {"name", "a"}}, {{"id", "key_2"}, {"name", "b\nc"}}}));
  EXPECT_EQ(complete({"key", "show", ""}), "key_2\tb\\nc\n");
}

}  // namespace
}  // namespace claviger::cli
