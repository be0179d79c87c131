// Listing, stopping, checking and reading keys.
#include "cli_fixture.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const json kKey = {
    {"id", kKeyId},
    {"name", "ci"},
    {"status", "active"},
    {"prefix", "clv_ak_9fK2"},
    {"applicationId", kAppId},
    {"grants", {{{"api", "fleet"}, {"endpoints", {"GET /a"}}, {"scopes", {"read"}}}}},
    {"expiresAt", nullptr},
    {"lastUsedAt", "2026-11-21T00:00:00Z"}};

json reply(const std::string& state) {
  json gateways = {{{"id", "gw_1"}, {"name", "gw-1"}, {"state", "applied"}, {"milliseconds", 3.14}},
                   {{"id", "gw_2"}, {"name", "gw-2"}, {"state", state}, {"milliseconds", nullptr}}};
  return {{"key", kKey}, {"receipt", {{"version", 7}, {"gateways", std::move(gateways)}}}};
}

TEST_F(CliTest, KeysAreListedThroughAllPages) {
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_1"}}}, "key_1"));
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_2"}}}));
  EXPECT_EQ(run({"key", "list", "-o", "name", "--status", "active"}).out, "key_1\nkey_2\n");
  EXPECT_THAT(server_.requests(), ElementsAre("GET /v1/keys?status=active&limit=100",
                                              "GET /v1/keys?status=active&limit=100&cursor=key_1"));
}

TEST_F(CliTest, ALimitStopsTheList) {
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_1"}}, {{"id", "key_2"}}}, "key_2"));
  EXPECT_EQ(run({"key", "list", "-o", "name", "--limit", "2"}).out, "key_1\nkey_2\n");
  EXPECT_THAT(server_.requests(), ElementsAre("GET /v1/keys?limit=2"));
}

TEST_F(CliTest, AServerThatRepeatsAPageIsNotFollowedForEver) {
  server_.answer("GET /v1/keys", 200, page({{{"id", "key_1"}}}, "key_1"));
  EXPECT_EQ(run({"key", "list"}).code, ExitCode::kFailed);
}

TEST_F(CliTest, AnEmptyListIsNoFailure) {
  server_.answer("GET /v1/keys", 200, page({}));
  const Outcome outcome = run({"key", "list", "-o", "json"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out, "[]\n");
}

TEST_F(CliTest, AKeyIsShownWithItsGrants) {
  server_.answer("GET /v1/keys/" + kKeyId, 200, kKey);
  EXPECT_THAT(run({"key", "show", kKeyId}).out,
              AllOf(HasSubstr("GRANTS"), HasSubstr("fleet: GET /a; scopes read"),
                    HasSubstr("EXPIRES      never")));
}

TEST_F(CliTest, AKeyIsNamedByItsIdAlone) {
  for (const std::string name : {"ci", "../users", "key_1?x=1"})
    EXPECT_EQ(run({"key", "show", name}).code, ExitCode::kUsage);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CliTest, AFieldThatNoItemHasIsReported) {
  server_.answer("GET /v1/keys/" + kKeyId, 200, kKey);
  EXPECT_THAT(run({"key", "show", kKeyId, "--fields", "nmae"}).err,
              HasSubstr("there is no field \"nmae\"; did you mean \"name\"?"));
}

class KeyStopTest : public CliTest {
 protected:
  KeyStopTest() {
    server_.answer("GET /v1/keys/" + kKeyId, 200, kKey);
    server_.answer("POST /v1/keys/" + kKeyId + "/revoke", 200, reply("applied"));
    server_.answer("POST /v1/keys/" + kKeyId + "/disable", 200, reply("silent"));
    server_.answer("POST /v1/keys/" + kKeyId + "/enable", 200, {{"key", kKey}});
  }
};

TEST_F(KeyStopTest, RevokingShowsTheReceiptOfEveryGateway) {
  const Outcome outcome = run({"key", "revoke", kKeyId, "--reason", "leaked", "--comment",
                               "in a log", "--wait", "--timeout", "2s", "--yes"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("RECEIPT      gw-1 3.1 ms, gw-2 applied"));
  EXPECT_EQ(server_.requests().back(), "POST /v1/keys/" + kKeyId +
                                           "/revoke?wait=applied&timeout=2s "
                                           R"({"comment":"in a log","reason":"compromised"})");
}

TEST_F(KeyStopTest, ReasonsAreTheApisWithHyphens) {
  EXPECT_EQ(run({"key", "revoke", kKeyId, "--reason", "contract-ended", "--yes"}).code,
            ExitCode::kOk);
  EXPECT_THAT(server_.requests().back(), HasSubstr(R"("reason":"contract_ended")"));
  const Outcome outcome = run({"key", "revoke", kKeyId, "--reason", "compromized", "--yes"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean compromised?"));
}

TEST_F(KeyStopTest, JsonIsTheReplyWithItsReceipt) {
  const Outcome outcome =
      run({"key", "revoke", kKeyId, "--reason", "other", "--wait", "--yes", "-o", "json"});
  EXPECT_EQ(json::parse(outcome.out), reply("applied"));
}

TEST_F(KeyStopTest, ASilentGatewayIsAFailureOfTheWaiting) {
  const Outcome outcome = run({"key", "disable", kKeyId, "--wait", "--yes"});
  EXPECT_EQ(outcome.code, ExitCode::kFailed);
  EXPECT_THAT(outcome.out, HasSubstr("gw-2 silent"));
  EXPECT_THAT(outcome.err, HasSubstr("1 of 2 gateways did not confirm in time"));
}

TEST_F(KeyStopTest, WithoutAnybodyToAskItIsRefusedUnlessAgreed) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"key", "revoke", kKeyId, "--reason", "other"},
        {"key", "disable", kKeyId}}) {
    const Outcome outcome = run(words, "y\n");
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.err, HasSubstr("--yes"));
  }
  EXPECT_THAT(server_.requests(), Not(testing::Contains(HasSubstr("POST"))));
}

TEST_F(KeyStopTest, OnATerminalItSaysWhatStopsAndAsks) {
  use_terminal();
  const Outcome no = run({"key", "revoke", kKeyId, "--reason", "other"}, "\n");
  EXPECT_EQ(no.code, ExitCode::kFailed);
  EXPECT_THAT(no.err, AllOf(HasSubstr("Key \"ci\""), HasSubstr("APIs: fleet"),
                            HasSubstr("last used: 2026-11-21T00:00:00Z"), HasSubstr("[y/N]"),
                            HasSubstr("Nothing was changed.")));
  EXPECT_THAT(server_.requests(), Not(testing::Contains(HasSubstr("POST"))));
  EXPECT_EQ(run({"key", "revoke", kKeyId, "--reason", "other"}, "y\n").code, ExitCode::kOk);
}

TEST_F(KeyStopTest, WhoMayStopAKeyNeedNotSeeIt) {
  const std::string unseen = "key_01kat0q6p2e7w8m9xr3v5bn4ce";
  server_.answer("POST /v1/keys/" + unseen + "/revoke", 200, {{"key", kKey}});
  EXPECT_EQ(run({"key", "revoke", unseen, "--reason", "other", "--yes"}).code, ExitCode::kOk);
}

TEST_F(KeyStopTest, EnablingAsksNothing) {
  EXPECT_EQ(run({"key", "enable", kKeyId}).code, ExitCode::kOk);
  EXPECT_THAT(server_.requests(), ElementsAre("POST /v1/keys/" + kKeyId + "/enable"));
}

TEST_F(KeyStopTest, PrintedItChangesNothing) {
  const Outcome outcome = run({"key", "revoke", kKeyId, "--reason", "other", "--print-request"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("/revoke'"));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(CliTest, VerifyingTakesTheKeyFromStandardInputAndTellsByItsExitCode) {
  server_.answer("POST /v1/keys/verify", 200, {{"allowed", true}, {"reason", "allowed"}});
  server_.answer("POST /v1/keys/verify", 200, {{"allowed", false}, {"reason", "key-revoked"}});
  const std::vector<std::string> words = {"key",    "verify", "-",    "--api", "fleet", "--method",
                                          "DELETE", "--path", "/d/7", "--ip",  "::1"};
  const Outcome allowed = run(words, kSecretText + "\n");
  EXPECT_EQ(allowed.code, ExitCode::kOk);
  EXPECT_THAT(allowed.out, HasSubstr("DECISION  allowed"));
  EXPECT_EQ(server_.requests().back(), "POST /v1/keys/verify " + json({{"key", kSecretText},
                                                                       {"api", "fleet"},
                                                                       {"method", "DELETE"},
                                                                       {"path", "/d/7"},
                                                                       {"ip", "::1"}})
                                                                     .dump());
  const Outcome refused = run(words, kSecretText);
  EXPECT_EQ(refused.code, ExitCode::kFailed);
  EXPECT_THAT(refused.out, HasSubstr("key-revoked"));
  EXPECT_THAT(allowed.out + allowed.err + refused.out + refused.err, Not(HasSubstr(kSecretText)));
}

TEST_F(CliTest, VerifyingTakesTheKeyFromAFile) {
  server_.answer("POST /v1/keys/verify", 200, {{"allowed", true}});
  write_file("secret", kSecretText + "\n");
  EXPECT_EQ(
      run({"key", "verify", "--secret-file", file("secret").string(), "--api", "f", "--path", "/"})
          .code,
      ExitCode::kOk);
  EXPECT_THAT(server_.requests().back(), HasSubstr('"' + kSecretText + '"'));
}

TEST_F(CliTest, InspectingNeedsNoServer) {
  variables_ = {};
  const Outcome outcome = run({"key", "inspect", "-", "-o", "json"}, kSecretText + "\n");
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(json::parse(outcome.out), json({{"kind", "ak"},
                                            {"meaning", "access key"},
                                            {"prefix", "clv_ak_0123"},
                                            {"lastFour", "xMcz"},
                                            {"checksum", "ok"}}));
}

TEST_F(CliTest, InspectingShowsNothingOfATextThatIsNotWhole) {
  std::string mistyped = kSecretText;
  mistyped.back() = '0';
  for (const std::string& text : {mistyped, std::string("hunter2-hunter2")}) {
    const Outcome outcome = run({"key", "inspect", "-"}, text);
    EXPECT_EQ(outcome.code, ExitCode::kFailed);
    EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr(text.substr(text.size() - 7))));
  }
}

}  // namespace
}  // namespace claviger::cli
