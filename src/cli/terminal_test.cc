// What depends on there being a terminal, and on who looks at it.
#include "cli_fixture.h"
#include "paint.h"

#include "claviger/cli/environment.h"

namespace claviger::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class TerminalTest : public CliTest {
 protected:
  TerminalTest() {
    server_.answer(
        "GET /v1/keys", 200,
        page({{{"id", "key_1"}, {"name", "\x1b[2J\x1b]0;owned\x07"}, {"status", "active"}}}));
  }
};

TEST_F(TerminalTest, ColourIsForTerminalsAlone) {
  EXPECT_THAT(run({"key", "list"}).out, Not(HasSubstr("\x1b[")));
  use_terminal();
  EXPECT_THAT(run({"key", "list"}).out, HasSubstr("\x1b[32mactive"));
}

TEST_F(TerminalTest, ColourCanBeForbiddenAndForced) {
  use_terminal();
  variables_["NO_COLOR"] = "1";
  EXPECT_THAT(run({"key", "list"}).out, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(run({"key", "list", "--color", "always"}).out, HasSubstr("\x1b[32mactive"));
  variables_.erase("NO_COLOR");
  variables_["TERM"] = "dumb";
  EXPECT_THAT(run({"key", "list"}).out, Not(HasSubstr("\x1b[")));
  variables_["CLICOLOR_FORCE"] = "1";
  EXPECT_THAT(run({"key", "list"}).out, HasSubstr("\x1b[32mactive"));
  EXPECT_THAT(run({"key", "list", "--color", "never"}).out, Not(HasSubstr("\x1b[")));
}

TEST_F(TerminalTest, TheNameOfAKeyCannotSteerTheTerminal) {
  use_terminal();
  for (const std::string format : {"table", "wide", "json", "yaml", "csv", "name"}) {
    const std::string out = run({"key", "list", "-o", format, "--color", "never"}).out;
    EXPECT_THAT(out, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\x07")))) << format;
  }
}

TEST_F(TerminalTest, TheTextOfAnErrorCannotSteerTheTerminal) {
  server_.answer("GET /v1/apis", problem(404, "not-found", "gone\x1b[2J"));
  use_terminal();
  EXPECT_THAT(run({"api", "list", "--color", "never"}).err, Not(HasSubstr("\x1b")));
}

TEST_F(TerminalTest, ABodyThatIsNoJsonCannotSteerTheTerminal) {
  http::Response text{
      .status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = "a\x1b[2J\n"};
  server_.answer("GET /metrics", std::move(text));
  EXPECT_EQ(run({"rest", "GET", "/metrics"}).out, "a\x1b[2J\n");
  use_terminal();
  EXPECT_EQ(run({"rest", "GET", "/metrics"}).out, "a\\x1b[2J\n");
}

TEST_F(TerminalTest, WhatToDoNextIsSaidToPeople) {
  server_.answer("POST /v1/applications", 201, {{"id", kAppId}, {"name", "ci"}});
  EXPECT_THAT(run({"app", "create", "ci"}).err, HasSubstr("Next: claviger key create"));
  const Outcome outcome = run({"app", "create", "ci", "-o", "json"});
  EXPECT_EQ(outcome.err, "");
}

TEST_F(TerminalTest, AFullDiskUnderTheOutputIsAFailure) {
  std::istringstream in;
  std::ostringstream err;
  std::ostream broken(nullptr);
  const FixedClock clock;
  const Environment environment{.in = in,
                                .out = broken,
                                .err = err,
                                .variable = [](const std::string&) { return std::nullopt; },
                                .read_hidden_line = [] { return Secret(); },
                                .clock = clock};
  EXPECT_EQ(cli::run(environment, {"help"}), ExitCode::kFailed);
  EXPECT_THAT(err.str(), HasSubstr("Standard output cannot be written to"));
}

}  // namespace
}  // namespace claviger::cli
