#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using testing::HasSubstr;

struct Case {
  int status;
  std::string code;
  ExitCode expected;
};

TEST_F(CliTest, EachClassOfRefusalHasItsExitCode) {
  const std::vector<Case> cases = {{400, "malformed-request", ExitCode::kUsage},
                                   {401, "sign-in-required", ExitCode::kNotAllowed},
                                   {403, "permission-denied", ExitCode::kNotAllowed},
                                   {404, "not-found", ExitCode::kNotFound},
                                   {405, "method-not-allowed", ExitCode::kFailed},
                                   {409, "conflict", ExitCode::kConflict},
                                   {409, "limit-reached", ExitCode::kConflict},
                                   {412, "precondition", ExitCode::kConflict},
                                   {413, "too-large", ExitCode::kFailed},
                                   {415, "unsupported-media-type", ExitCode::kFailed},
                                   {422, "invalid-input", ExitCode::kUsage},
                                   {422, "not-enforced", ExitCode::kUsage},
                                   {428, "precondition-required", ExitCode::kConflict},
                                   {429, "too-many-requests", ExitCode::kTryAgain},
                                   {500, "internal", ExitCode::kFailed},
                                   {503, "unavailable", ExitCode::kTryAgain}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string path = "/v1/case-" + std::to_string(i);
    server_.answer("GET " + path, problem(cases[i].status, cases[i].code, "What was wrong."));
    const Outcome outcome = run({"rest", "GET", path});
    EXPECT_EQ(outcome.code, cases[i].expected) << cases[i].status << ' ' << cases[i].code;
    EXPECT_THAT(outcome.err, HasSubstr("error: What was wrong."));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(CliTest, SuccessIsZero) {
  server_.answer("GET /v1/applications", 200, page({}));
  EXPECT_EQ(run({"app", "list"}).code, ExitCode::kOk);
}

TEST_F(CliTest, AServerThatDoesNotAnswerIsWorthTryingAgain) {
  variables_["CLAVIGER_SERVER"] = "http://127.0.0.1:1";
  const Outcome outcome = run({"app", "list"});
  EXPECT_EQ(outcome.code, ExitCode::kTryAgain);
  EXPECT_THAT(outcome.err, HasSubstr("Cannot reach http://127.0.0.1:1"));
}

TEST_F(CliTest, WhatCannotBeReadIsAUsageError) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"key", "list", "--limit", "many"},
                                             {"key", "list", "--limit"},
                                             {"key", "list", "--app", "a", "--app", "b"},
                                             {"key", "list", "surplus"},
                                             {"key", "list", "--nothing"},
                                             {"key", "nothing"},
                                             {"nothing"},
                                             {"key", "show"},
                                             {"key", "list", "--status", "gone"},
                                             {"key", "list", "--app="},
                                             {"app", "list", "-o", "jsn"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << testing::PrintToString(words);
    EXPECT_THAT(outcome.err, HasSubstr("error: ")) << testing::PrintToString(words);
  }
  EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(CliTest, WithoutACommandTheHelpStandsOnStandardErrorAndTheCodeIsTwo) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"key"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("key create"));
  }
}

TEST_F(CliTest, WithoutATokenItSaysHowToSignIn) {
  variables_.erase("CLAVIGER_TOKEN");
  const Outcome outcome = run({"app", "list"});
  EXPECT_EQ(outcome.code, ExitCode::kNotAllowed);
  EXPECT_THAT(outcome.err, HasSubstr("claviger auth login --server " + server_.url()));
  EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(CliTest, WithoutAServerItSaysHowToNameOne) {
  variables_.erase("CLAVIGER_SERVER");
  const Outcome outcome = run({"app", "list"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--server"));
}

TEST_F(CliTest, EveryFaultOfAnInputIsListed) {
  http::Response answer = http::json_response(
      422, {{"code", "invalid-input"},
            {"detail", "The request has 2 faults; each is listed below."},
            {"errors",
             {{{"pointer", "/name"}, {"code", "missing"}, {"detail", "It must have a name."}},
              {{"pointer", "/grants/0/api"}, {"code", "unknown"}, {"detail", "No such API."}}}}});
  answer.headers.set({"Content-Type", "application/problem+json"});
  server_.answer("POST /v1/applications", std::move(answer));
  EXPECT_THAT(run({"app", "create", "x"}).err, AllOf(HasSubstr("/name: It must have a name."),
                                                     HasSubstr("/grants/0/api: No such API.")));
}

TEST_F(CliTest, AnAnswerThatIsNoProblemDocumentIsStillExplained) {
  server_.answer("GET /v1/applications",
                 http::Response{.status = 502, .headers = {}, .body = "<html>"});
  const Outcome outcome = run({"app", "list"});
  EXPECT_EQ(outcome.code, ExitCode::kTryAgain);
  EXPECT_THAT(outcome.err, HasSubstr("answered with status 502"));
}

TEST_F(CliTest, AFailureOfTheServerNamesTheRequestForItsLog) {
  server_.answer("GET /v1/applications", problem(500, "internal", "The server failed."));
  EXPECT_THAT(run({"app", "list"}).err, testing::ContainsRegex("\\(request id [^)]+\\)"));
}

TEST_F(CliTest, TheHelpPageNamesEveryExitCode) {
  const Outcome outcome = run({"help", "exit-codes"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  for (const std::string code : {"0  ", "1  ", "2  ", "3  ", "4  ", "5  ", "6  ", "7  ", "130  "})
    EXPECT_THAT(outcome.out, HasSubstr(code));
}

}  // namespace
}  // namespace claviger::cli
