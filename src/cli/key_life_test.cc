// What becomes of keys: editing, renewing, rotating, succeeding, several at once, taking over.
#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kKeyPath = "/v1/keys/" + kKeyId;

const json kKey = {{"id", kKeyId},
                   {"name", "ci"},
                   {"status", "active"},
                   {"metadata", {{"team", "billing"}, {"stage", "test"}}}};

class KeyLifeTest : public CliTest {
 protected:
  KeyLifeTest() {
    server_.answer("GET " + kKeyPath, tagged(kKey, "\"9\""));
    server_.answer("PATCH " + kKeyPath, 200, {{"key", kKey}});
    server_.answer("POST " + kKeyPath + "/renew", 200, {{"key", kKey}});
    json rotated = kKey;
    rotated["secret"] = kSecretText;
    server_.answer("POST " + kKeyPath + "/rotate", 200, {{"key", rotated}});
  }
};

TEST_F(KeyLifeTest, MetadataIsSetAndTakenAwayEntryByEntry) {
  const Outcome outcome = run({"key", "edit", kKeyId, "--metadata", "stage=live", "--metadata",
                               "team=", "--metadata", "cost=7=8"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(server_.last_body(), json({{"metadata", {{"stage", "live"}, {"cost", "7=8"}}}}));
  EXPECT_EQ(server_.headers("If-Match").back(), "\"9\"");
}

TEST_F(KeyLifeTest, AddressesAreNamedOrFreed) {
  EXPECT_EQ(run({"key", "edit", kKeyId, "--from", "10.0.0.0/8", "--from", "::1"}).code,
            ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"allowedIps", {"10.0.0.0/8", "::1"}}}));
  EXPECT_EQ(run({"key", "edit", kKeyId, "--from-anywhere"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"allowedIps", nullptr}}));
}

TEST_F(KeyLifeTest, RenewingTakesASpanADateOrNever) {
  EXPECT_EQ(run({"key", "renew", kKeyId, "--expires", "90d"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"expiresIn", "90d"}}));
  EXPECT_EQ(run({"key", "renew", kKeyId, "--expires", "never"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"expiresAt", nullptr}}));
  EXPECT_EQ(run({"key", "renew", kKeyId}).code, ExitCode::kUsage);
}

TEST_F(KeyLifeTest, RotatingShowsTheNewSecretOnce) {
  EXPECT_EQ(run({"key", "rotate", kKeyId, "--overlap", "24h", "--secret-only"}).out,
            kSecretText + "\n");
  EXPECT_EQ(server_.last_body(), json({{"overlap", "24h"}}));
  EXPECT_EQ(json::parse(run({"key", "rotate", kKeyId, "-o", "json"}).out)["key"]["secret"],
            kSecretText);
  EXPECT_THAT(run({"key", "rotate", kKeyId}).out, HasSubstr("SECRET"));
  const Outcome lost = run({"key", "rotate", kKeyId, "-o", "json", "--fields", "key.id"});
  EXPECT_EQ(lost.code, ExitCode::kUsage);
  EXPECT_THAT(lost.err, HasSubstr("\"key.secret\""));
  const Outcome months = run({"key", "rotate", kKeyId, "--overlap", "1m"});
  EXPECT_EQ(months.code, ExitCode::kUsage);
  EXPECT_THAT(months.err, HasSubstr("Months or minutes?"));
}

TEST_F(KeyLifeTest, ASecretThatGotLostOnTheWayIsToldWithWhatToDo) {
  server_.answer("POST /v1/applications/" + kAppId + "/keys", 201,
                 {{"id", kKeyId}, {"expiresAt", "2026-12-01T00:00:00Z"}, {"secret", nullptr}});
  const Outcome outcome =
      run({"key", "create", "ci", "--app", kAppId, "--api", "f", "--endpoint", "*"});
  EXPECT_EQ(outcome.code, ExitCode::kFailed);
  EXPECT_THAT(outcome.err, HasSubstr("claviger key rotate " + kKeyId));
}

TEST_F(KeyLifeTest, ADryRunNeedsNoPlaceForASecret) {
  server_.answer("POST /v1/applications/" + kAppId + "/keys", 200,
                 {{"id", kKeyId}, {"expiresAt", nullptr}, {"secret", nullptr}, {"dryRun", true}});
  const Outcome outcome = run({"key", "create", "ci", "--app", kAppId, "--api", "f", "--endpoint",
                               "*", "--dry-run", "--out-file", file("secret").string()});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(file("secret")));
  EXPECT_THAT(outcome.err, HasSubstr("nothing has been changed"));
}

TEST_F(KeyLifeTest, ASuccessorSendsWhatIsOtherAndNothingElse) {
  server_.answer("POST " + kKeyPath + "/successor", 201,
                 {{"id", kOtherKeyId}, {"expiresAt", nullptr}, {"secret", kSecretText}});
  EXPECT_EQ(
      run({"key", "successor", kKeyId, "--overlap", "7d", "--expires", "30d", "--secret-only"}).out,
      kSecretText + "\n");
  EXPECT_EQ(server_.last_body(), json({{"overlap", "7d"}, {"expiresIn", "30d"}}));
  EXPECT_EQ(run({"key", "successor", kKeyId, "--api", "f", "--endpoint", "GET /a"}).code,
            ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"grants", {{{"api", "f"}, {"endpoints", {"GET /a"}}}}}}));
}

TEST_F(KeyLifeTest, OneSecretIsEndedByItsId) {
  const std::string secret = "sec_01kat0q6p2e7w8m9xr3v5bn4cd";
  server_.answer("POST " + kKeyPath + "/secrets/" + secret + "/revoke", 200, {{"key", kKey}});
  EXPECT_EQ(run({"key", "end-secret", kKeyId, secret, "--yes"}).code, ExitCode::kOk);
  EXPECT_EQ(run({"key", "end-secret", kKeyId, "../x", "--yes"}).code, ExitCode::kUsage);
}

TEST_F(KeyLifeTest, SeveralKeysAreStoppedInOneRequest) {
  server_.answer("POST /v1/keys/revoke", 200, {{"keys", {kKey, {{"id", kOtherKeyId}}}}});
  server_.answer("POST /v1/keys/delete", 200, {{"deleted", 2}});
  server_.answer("GET /v1/keys/" + kOtherKeyId, 200, {{"id", kOtherKeyId}, {"name", "old"}});
  const Outcome revoked =
      run({"key", "revoke", kKeyId, kOtherKeyId, "--reason", "superseded", "--yes", "-o", "name"});
  EXPECT_EQ(revoked.code, ExitCode::kOk) << revoked.err;
  EXPECT_EQ(revoked.out, kKeyId + "\n" + kOtherKeyId + "\n");
  EXPECT_THAT(revoked.err, AllOf(HasSubstr("Key \"ci\""), HasSubstr("Key \"old\"")));
  EXPECT_EQ(server_.last_body(), json({{"ids", {kKeyId, kOtherKeyId}}, {"reason", "superseded"}}));
  EXPECT_THAT(run({"key", "delete", kKeyId, kOtherKeyId, "--yes"}).out,
              HasSubstr("DELETED KEYS  2"));
}

TEST_F(KeyLifeTest, OneOffenderNamedAmongSeveralIsShown) {
  http::Response refusal = problem(409, "conflict", "No key was changed.");
  refusal.body =
      json({{"code", "conflict"},
            {"detail", "No key was changed."},
            {"errors", {{{"pointer", "/ids/1"}, {"code", "state"}, {"detail", "It is active."}}}}})
          .dump();
  server_.answer("POST /v1/keys/delete", std::move(refusal));
  const Outcome outcome = run({"key", "delete", kKeyId, kOtherKeyId, "--yes"});
  EXPECT_EQ(outcome.code, ExitCode::kConflict);
  EXPECT_THAT(outcome.err, HasSubstr("/ids/1: It is active."));
}

TEST_F(KeyLifeTest, EveryFilterOfTheListIsTheRoutes) {
  server_.answer("GET /v1/keys", 200, page({}));
  server_.answer("GET /v1/apis", 200, page({{{"id", kApiId}, {"name", "fleet"}}}));
  EXPECT_EQ(run({"key", "list", "--mine", "--api", "fleet", "--name", "ci", "--prefix", "clv_ak_9f",
                 "--created-after", "2026-11-01", "--sort", "-expiresAt"})
                .code,
            ExitCode::kOk);
  EXPECT_EQ(server_.requests().back(),
            "GET /v1/keys?mine=true&apiId=" + kApiId +
                "&name=ci&prefix=clv_ak_9f&createdAfter=2026-11-01T00:00:00Z&sort=-expiresAt"
                "&limit=100");
  EXPECT_EQ(run({"key", "list", "--expires-within", "30d"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.requests().back(),
            "GET /v1/keys?expiresAfter=2026-11-22T18:00:00Z&expiresBefore=2026-12-22T18:00:00Z"
            "&limit=100");
  EXPECT_EQ(run({"key", "list", "--expires-within", "30d", "--expires-after", "2026-12-01"}).code,
            ExitCode::kUsage);
  EXPECT_EQ(run({"key", "list", "--expires-within", "never"}).code, ExitCode::kUsage);
}

TEST_F(KeyLifeTest, CountsStandByStatus) {
  server_.answer("GET /v1/keys/counts", 200, {{"active", 3}, {"revoked", 12}});
  EXPECT_THAT(run({"key", "counts"}).out, AllOf(HasSubstr("active"), HasSubstr("12")));
}

class KeyImportTest : public CliTest {
 protected:
  KeyImportTest() {
    server_.answer("POST /v1/keys/import", 201, {{"keys", {{{"id", kKeyId}, {"name", "old"}}}}});
  }

  Outcome import(const std::string& text, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"key", "import", "-", "--app", kAppId};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, text);
  }

  const std::string secret_ = "vendor-0123456789abcdef0123456789abcdef";
};

TEST_F(KeyImportTest, CsvBecomesKeysWithTheGrantsOfTheFlags) {
  const Outcome outcome = import(
      "name,secret,expires,from,description\r\n"
      "old," +
          secret_ +
          ",2026-12-31,10.0.0.0/8 ::1,\"a, \"\"b\"\"\"\n"
          "\n",
      {"--api", "fleet", "--endpoint", "*", "-o", "name"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(outcome.out, kKeyId + "\n");
  EXPECT_EQ(server_.last_body(),
            json({{"applicationId", kAppId},
                  {"keys",
                   {{{"name", "old"},
                     {"secret", secret_},
                     {"description", "a, \"b\""},
                     {"expiresAt", "2027-01-01T00:00:00Z"},
                     {"allowedIps", {"10.0.0.0/8", "::1"}},
                     {"grants", {{{"api", "fleet"}, {"endpoints", {"*"}}}}}}}}}));
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr(secret_)));
}

TEST_F(KeyImportTest, ADigestTakesThePlaceOfASecret) {
  const std::string digest(64, 'a');
  EXPECT_EQ(import("name,sha256,length,alphabet\nold," + digest + ",40,hex\n").code, ExitCode::kOk);
  EXPECT_EQ(server_.last_body()["keys"][0]["digest"],
            json({{"sha256", digest}, {"length", 40}, {"alphabet", "hex"}}));
}

TEST_F(KeyImportTest, JsonIsTakenAsItStandsAndKeepsItsOwnGrants) {
  const json key = {{"name", "old"}, {"secret", secret_}, {"grants", json::array()}};
  EXPECT_EQ(import(json({{"keys", {key}}}).dump(), {"--api", "f", "--endpoint", "*"}).code,
            ExitCode::kOk);
  EXPECT_EQ(server_.last_body()["keys"], json::array({key}));
}

TEST_F(KeyImportTest, AFileThatCannotBeReadIsRefusedWithoutRepeatingASecret) {
  for (const std::string& text : std::vector<std::string>{
           secret_ + "\n" + secret_, "name,secret\n\"" + secret_, "name,secret\n" + secret_,
           "name,secret\na\"" + secret_ + "\"", "name,secret\n", "{\"key\":\"" + secret_ + "\"}",
           "[\"" + secret_ + "\"]", "[{\"secret\":\"" + secret_}) {
    const Outcome outcome = import(text);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << text;
    EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr(secret_))) << text;
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(KeyImportTest, PrintedTheRequestHasNoSecret) {
  const Outcome outcome = import("name,secret\nold," + secret_ + "\n", {"--print-request"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("/v1/keys/import"), Not(HasSubstr(secret_))));
}

TEST_F(CliTest, ATokenIsForTheManagementApiUnlessAnotherIsNamed) {
  server_.answer("POST /v1/me/tokens", 201,
                 {{"id", kKeyId}, {"expiresAt", nullptr}, {"secret", kSecretText}});
  const Outcome outcome = run({"token", "create", "reporting", "--scope", "my-keys:view", "--class",
                               "rest", "--expires", "90d", "--secret-only"});
  EXPECT_EQ(outcome.out, kSecretText + "\n") << outcome.err;
  EXPECT_EQ(
      server_.last_body(),
      json({{"name", "reporting"},
            {"grants", {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", {"my-keys:view"}}}}},
            {"serviceClasses", {"rest"}},
            {"expiresIn", "90d"}}));
  EXPECT_EQ(run({"token", "create", "nothing"}).code, ExitCode::kUsage);
  EXPECT_THAT(run({"token", "create", "nothing"}).err, HasSubstr("claviger permission list"));
}

TEST_F(CliTest, ATokenIsRevokedAsAnyKey) {
  server_.answer("GET " + kKeyPath, tagged(kKey, "\"9\""));
  server_.answer("POST " + kKeyPath + "/revoke", 200, {{"key", kKey}});
  EXPECT_EQ(run({"token", "revoke", kKeyId, "--yes"}).code, ExitCode::kOk);
  EXPECT_EQ(server_.last_body(), json({{"reason", "other"}}));
}

}  // namespace
}  // namespace claviger::cli
