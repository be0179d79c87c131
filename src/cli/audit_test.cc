// The audit: read, exported to its end, verified; and the settings of APIs, whose changes it tells.
#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

http::Response exported(const std::string& text, const std::string& cursor) {
  http::Response response{.status = 200, .headers = {}, .body = text};
  response.headers.set({"Content-Type", "application/x-ndjson"});
  if (!cursor.empty()) response.headers.set({"Claviger-Next-Cursor", cursor});
  return response;
}

TEST_F(CliTest, AnExportGoesOnUntilTheServerNamesNoMore) {
  server_.answer("GET /v1/audit/export", exported("{\"sequence\":2}\n", "c1"));
  server_.answer("GET /v1/audit/export", exported("{\"sequence\":1}\n", ""));
  const Outcome outcome = run({"audit", "export", "--action", "key.revoke"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(outcome.out, "{\"sequence\":2}\n{\"sequence\":1}\n");
  EXPECT_THAT(server_.requests(),
              ElementsAre("GET /v1/audit/export?action=key.revoke&format=ndjson",
                          "GET /v1/audit/export?action=key.revoke&format=ndjson&cursor=c1"));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 rows so far"), HasSubstr("2 rows.")));
}

TEST_F(CliTest, AnExportThatBreaksOffHalfWayIsAFailure) {
  server_.answer("GET /v1/audit/export", exported("{\"sequence\":2}\n", "c1"));
  server_.answer("GET /v1/audit/export", problem(503, "unavailable", "Not now."));
  EXPECT_EQ(run({"audit", "export"}).code, ExitCode::kTryAgain);
}

TEST_F(CliTest, ABrokenChainIsAFailureThatNamesTheRow) {
  server_.answer("GET /v1/audit/verification", 200,
                 {{"intact", true}, {"verified", 812}, {"hash", "ab"}, {"broken", nullptr}});
  const Outcome intact = run({"audit", "verify"});
  EXPECT_EQ(intact.code, ExitCode::kOk);
  EXPECT_THAT(intact.out, AllOf(HasSubstr("intact"), HasSubstr("812")));
  server_.answer("GET /v1/audit/verification", 200,
                 {{"intact", false},
                  {"verified", 6},
                  {"hash", "ab"},
                  {"broken", {{"sequence", 7}, {"why", "its hash is another"}}}});
  EXPECT_EQ(run({"audit", "verify"}).code, ExitCode::kOk);  // takes the first answer
  const Outcome broken = run({"audit", "verify"});
  EXPECT_EQ(broken.code, ExitCode::kFailed);
  EXPECT_THAT(broken.out, AllOf(HasSubstr("broken"), HasSubstr("its hash is another")));
}

TEST_F(CliTest, TheAuditIsFilteredByTimeAndTarget) {
  server_.answer("GET /v1/audit", 200,
                 page({{{"sequence", 3},
                        {"action", "application.update"},
                        {"changes", {{"name", {{"before", "ci"}, {"after", "build"}}}}}}}));
  const Outcome outcome = run({"audit", "list", "--target", kAppId, "--since", "2026-11-01",
                               "--until", "2026-11-02T03:04:05Z", "-o", "wide"});
  EXPECT_THAT(outcome.out, HasSubstr("name: ci -> build"));
  EXPECT_THAT(server_.requests(),
              ElementsAre("GET /v1/audit?targetId=" + kAppId +
                          "&from=2026-11-01T00:00:00Z&to=2026-11-02T03:04:05Z&limit=100"));
}

class ApiTest : public CliTest {
 protected:
  ApiTest() {
    server_.answer("GET " + path_, tagged({{"id", kApiId}, {"name", "fleet"}}, "\"5\""));
    server_.answer(
        "GET " + path_ + "/consumption-settings", 200,
        {{"consumers", {{{"organizationId", kOrgId}, {"most", {{"endpoints", {"*"}}}}}}}});
    server_.answer("PUT " + path_ + "/consumption-settings", 200,
                   {{"settings", {{"consumers", json::array()}}}});
    write_file("settings.json", R"({"consumers":[]})");
  }

  const std::string path_ = "/v1/apis/" + kApiId;
};

TEST_F(ApiTest, SettingsAreReplacedInTheVersionThatWasRead) {
  const Outcome outcome =
      run({"api", "settings", "set", kApiId, file("settings.json").string(), "--yes"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.last_body(), json({{"consumers", json::array()}}));
  EXPECT_EQ(server_.headers("If-Match").back(), "\"5\"");
  EXPECT_THAT(outcome.err, HasSubstr("Consumers now: " + kOrgId));
  EXPECT_EQ(run({"api", "settings", "set", kApiId, file("settings.json").string()}).code,
            ExitCode::kUsage);
}

TEST_F(ApiTest, SettingsOnStandardOutputAreSettingsForAFile) {
  const Outcome outcome = run({"api", "settings", "show", kApiId, "-o", "json"});
  EXPECT_EQ(json::parse(outcome.out)["consumers"][0]["organizationId"], kOrgId);
}

TEST_F(ApiTest, ConsumersAreListedAndWithdrawnFrom) {
  server_.answer("GET " + path_ + "/keys", 200, page({{{"id", kKeyId}, {"name", "ci"}}}));
  server_.answer("POST " + path_ + "/keys/" + kKeyId + "/withdraw", 200,
                 {{"key", {{"id", kKeyId}, {"status", "revoked"}}}});
  EXPECT_EQ(run({"api", "consumers", kApiId, "-o", "name"}).out, kKeyId + "\n");
  const Outcome outcome =
      run({"api", "withdraw", kApiId, kKeyId, "--reason", "contract-ended", "--yes", "--wait"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(server_.requests().back(),
              HasSubstr("/withdraw?wait=applied&timeout=5s {\"reason\":\"contract_ended\"}"));
  EXPECT_EQ(run({"api", "withdraw", kApiId, kKeyId}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace claviger::cli
