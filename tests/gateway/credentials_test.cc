// What counts as a credential, and what becomes of everything that looks like one. The numbers are
// those of docs/threats.md.
#include "gateway_fixture.h"

namespace claviger::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class Credentials : public GatewayTest {
 protected:
  const WorldKey key_ = world().add_key();
};

TEST_F(Credentials, AValidKeyPassesAndIsNotForwarded) {
  start();
  const Received seen = forwarded({.target = "/devices/1?x=1", .headers = {bearer(key_)}});
  EXPECT_EQ(seen.target, "/devices/1?x=1");
  EXPECT_FALSE(seen.header("Authorization"));
  EXPECT_THAT(seen.bytes, Not(HasSubstr(key_.text)));
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(Credentials, N01_RepeatedKeyHeaderIsRefused) {
  start();
  const WorldKey other = world().add_key();
  const std::pair<std::string, std::string> bad = {"X-Api-Key", "nonsense"};
  for (const HeaderFields& headers :
       std::vector<HeaderFields>{{{"X-Api-Key", key_.text}, {"X-Api-Key", key_.text}},
                                 {{"X-Api-Key", key_.text}, {"X-API-KEY", other.text}},
                                 {{"x-api-key", key_.text}, bad},
                                 {bad, {"X-Api-Key", key_.text}}})
    EXPECT_EQ(refusal_of({.target = "/invoices/1", .headers = headers}, 400),
              "credential-repeated");
  // nginx itself refuses this one.
  refusal_of({.target = "/devices/1", .headers = {bearer(key_), bearer(key_)}}, 400);
  EXPECT_TRUE(counts(key_, 0));
}

TEST_F(Credentials, N02_TwoCarriersAreRefused) {
  start();
  EXPECT_EQ(
      refusal_of({.target = "/invoices/1", .headers = {bearer(key_), {"X-API-Key", key_.text}}},
                 400),
      "credentials-in-two-places");
  // Not a carrier of this API; but a secret of ours has no business there.
  for (const std::pair<std::string, std::string>& header :
       std::vector<std::pair<std::string, std::string>>{{"X-API-Key", key_.text},
                                                        {"x-Gateway-APIKey", key_.text},
                                                        {"Cookie", "session=" + key_.text}})
    EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {bearer(key_), header}}, 400),
              "credentials-in-two-places");
}

TEST_F(Credentials, N02_OnlyTheConfiguredCarrierIsRead) {
  start();
  refusal_of({.target = "/devices/1?APIKey=other"}, 401);
  refusal_of({.target = "/devices/1", .headers = {{"X-API-Key", "other"}}}, 401);
  // A header that this API does not read is the upstream's own.
  const Received seen = forwarded(
      {.target = "/devices/1", .headers = {bearer(key_), {"X-API-Key", "the upstream's"}}});
  EXPECT_EQ(seen.header("X-API-Key"), "the upstream's");
  EXPECT_FALSE(seen.header("Authorization"));
  const Received invoice =
      forwarded({.target = "/invoices/1", .headers = {{"X-API-Key", key_.text}}});
  EXPECT_FALSE(invoice.header("X-API-Key"));
}

TEST_F(Credentials, N02_AKeyAsTheUserNameOfBasicIsRefusedAndNotLogged) {
  NginxSettings settings = settings_with(R"(
    location / { claviger api fleet; access_log {dir}/user.log user; proxy_pass http://api; })");
  settings.http.insert(0, "log_format user 'user=$remote_user';");
  start_with(settings);
  // Basic, with a user name that begins "clv_".
  const HttpResponse response =
      ask({.target = "/devices/1", .headers = {{"Authorization", "Basic Y2x2X2FrX3NlY3JldDo="}}});
  EXPECT_THAT(response.status, AnyOf(400, 401));
  EXPECT_EQ(upstream().count(), 0U);
  nginx().stop();
  EXPECT_EQ(read_file(nginx().file("user.log")), "user=-\n");
}

TEST_F(Credentials, N03_AuthorizationTwiceIsNotLogged) {
  start();
  refusal_of({.target = "/devices/1", .headers = {bearer(key_), bearer(key_)}}, 400);
  nginx().stop();
  EXPECT_THAT(nginx().error_log(), Not(HasSubstr(key_.text)));
  EXPECT_THAT(read_file(nginx().file("access.log")), Not(HasSubstr(key_.text)));
}

TEST_F(Credentials, N03_AnErrorLogThatWouldHoldKeysIsWarnedOf) {
  for (const char* level : {"info", "debug"}) {
    NginxSettings settings = settings_with(kGuardedLocations);
    settings.error_level = level;
    const Finished check = Nginx::check(settings);
    EXPECT_EQ(check.status, 0);
    EXPECT_THAT(check.output, HasSubstr("nginx writes credentials into it"));
  }
  EXPECT_THAT(Nginx::check(settings_with(kGuardedLocations)).output,
              Not(HasSubstr("nginx writes credentials")));
}

/// Locations of a server that lets through every name of a header.
constexpr std::string_view kTolerantLocations = R"(
  underscores_in_headers on;
  ignore_invalid_headers off;
  location / { claviger api fleet; proxy_pass http://api; }
  location /invoices/ { claviger api billing; proxy_pass http://api; }
  location /public/ { claviger off; proxy_pass http://api; }
)";

TEST_F(Credentials, N04_AnAliasOfACarrierIsNoCredential) {
  for (const std::string_view locations : {kGuardedLocations, kTolerantLocations}) {
    start(locations);
    for (const char* alias : {"X_Api_Key", "X.Api.Key", "X-Api_Key"}) {
      const HttpResponse response = ask({.target = "/invoices/1", .headers = {{alias, key_.text}}});
      EXPECT_THAT(response.status, AnyOf(400, 401)) << alias;
    }
    refusal_of_raw("GET /invoices/1 HTTP/1.1\r\nHost: a\r\nX-Api-Key : " + key_.text + "\r\n\r\n",
                   400);
    refusal_of_raw("GET /invoices/1 HTTP/1.1\r\nHost: a\r\n: " + key_.text + "\r\n\r\n", 400);
  }
  EXPECT_EQ(upstream().count(), 0U);
}

TEST_F(Credentials, N04_AliasesOfManagedHeadersAreNotForwarded) {
  start(kTolerantLocations);
  const Received seen = forwarded({.target = "/devices/1",
                                   .headers = {bearer(key_),
                                               {"X_Api_Key", "a"},
                                               {"X.Gateway.ApiKey", "b"},
                                               {"Claviger_Key_Id", "c"},
                                               {"claviger.user.id", "d"},
                                               {"X_HTTP_Method_Override", "DELETE"},
                                               {"X_Unrelated", "e"}}});
  for (const char* name : {"X_Api_Key", "X.Gateway.ApiKey", "Claviger_Key_Id", "claviger.user.id",
                           "X_HTTP_Method_Override"})
    EXPECT_FALSE(seen.header(name)) << name;
  EXPECT_EQ(seen.header("X_Unrelated"), "e");
}

TEST_F(Credentials, N16_OnlyTheExactTextIsAKey) {
  start();
  const std::string& text = key_.text;
  std::string flipped = text;
  flipped.back() = flipped.back() == 'a' ? 'b' : 'a';
  std::string other_case = text;
  other_case[8] = static_cast<char>(other_case[8] ^ 0x20);
  std::string upper = text;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& value :
       std::vector<std::string>{"Bearer " + text.substr(0, text.size() - 1),
                                "Bearer " + text + "a",
                                "Bearer " + flipped,
                                "Bearer " + other_case,
                                "Bearer " + upper,
                                "Bearer " + text + "\t",
                                "Bearer \t" + text,
                                "Bearer\t" + text,
                                "Bearer  " + text,
                                "Bearer " + text + "," + text,
                                "Bearer " + text + ", " + text,
                                "Bearer \"" + text + "\"",
                                "Bearer " + text + "=",
                                "Bearer " + text.substr(0, 20),
                                "Bearer",
                                "Bearer ",
                                "Bearer c\xD0\xBBv_ak_",
                                "Basic " + text,
                                "Digest " + text,
                                text,
                                "Bearer Bearer " + text})
    EXPECT_THAT(ask({.target = "/devices/1", .headers = {{"Authorization", value}}}).status,
                AnyOf(400, 401))
        << value;
  for (const std::size_t kilobytes : {1, 4, 8, 64, 512}) {
    const HttpResponse response = ask(
        {.target = "/devices/1",
         .headers = {{"Authorization", "Bearer " + text + std::string(kilobytes * 1024, 'a')}}});
    EXPECT_THAT(response.status, AnyOf(400, 401)) << kilobytes;
  }
  EXPECT_EQ(upstream().count(), 0U);
  EXPECT_TRUE(counts(key_, 0));
  // RFC 9110 §11.1: the scheme's case is of no matter.
  forwarded({.target = "/devices/1", .headers = {{"Authorization", "bearer " + text}}});
}

TEST_F(Credentials, N17_HostileTextIsNoKeyAndIsNotLogged) {
  start();
  for (const std::string& text : std::vector<std::string>{
           "' OR '1'='1", "1; DROP TABLE keys--", "%s%s%n%x", "<script>alert(1)</script>",
           "\x1b[31mred", "${jndi:ldap://x}", "{{7*7}}", "../../etc/passwd"}) {
    const HttpResponse response =
        ask({.target = "/devices/1", .headers = {{"Authorization", "Bearer " + text}}});
    EXPECT_EQ(response.status, 401) << text;
    EXPECT_THAT(response.body, Not(HasSubstr(text)));
  }
  EXPECT_EQ(upstream().count(), 0U);
  nginx().stop();
  EXPECT_THAT(nginx().error_log() + read_file(nginx().file("access.log")),
              Not(AnyOf(HasSubstr("DROP"), HasSubstr("jndi"), HasSubstr("\x1b"))));
}

TEST_F(Credentials, N21_AnUnknownKeyIsNeverAnonymous) {
  start();
  SystemRandom random;
  const Secret unknown = core::make_secret(core::SecretKind::kAccessKey, random);
  const Secret session = core::make_secret(core::SecretKind::kSession, random);
  for (const std::string& value : std::vector<std::string>{
           "Bearer " + std::string(unknown.reveal()), "Bearer " + std::string(session.reveal()),
           "Bearer 0", "Bearer null", "Bearer " + std::string(64, '0'), "Bearer " + key_.id()})
    EXPECT_EQ(refusal_of({.target = "/devices/1", .headers = {{"Authorization", value}}}, 401),
              "credential-unknown");
}

TEST_F(Credentials, WhoeverIsNotKnownGetsTheSameBytes) {
  start();
  SystemRandom random;
  const Secret unknown = core::make_secret(core::SecretKind::kAccessKey, random);
  std::set<std::string> answers;
  for (const HeaderFields& headers :
       std::vector<HeaderFields>{{},
                                 {{"Authorization", "Bearer"}},
                                 {{"Authorization", "Bearer nonsense"}},
                                 {{"Authorization", "Bearer " + std::string(unknown.reveal())}},
                                 {{"Authorization", "Bearer " + key_.text + "a"}}}) {
    for (const char* target : {"/devices/1", "/devices", "/no/such/endpoint"}) {
      HttpResponse response = ask({.target = target, .headers = headers});
      std::erase_if(response.headers, [](const auto& header) { return header.first == "Date"; });
      std::string bytes = response.status_line + '\n';
      for (const auto& [name, value] : response.headers) bytes += name + ": " + value + '\n';
      answers.insert(bytes + response.body);
    }
  }
  EXPECT_EQ(answers.size(), 1U) << testing::PrintToString(answers);
  EXPECT_THAT(*answers.begin(), HasSubstr("WWW-Authenticate: Bearer realm=\"claviger\""));
  EXPECT_THAT(*answers.begin(), HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(*answers.begin(), Not(HasSubstr("decisionId")));
}

TEST_F(Credentials, WhoeverHoldsAValidSecretLearnsTheReason) {
  start();
  WorldKey expired = key_;
  expired.record.expires_at = SystemClock{}.now();
  world().put(expired.record);
  const HttpResponse response = ask({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(code_of(response), "key-expired");
  EXPECT_THAT(response.body, HasSubstr("\"decisionId\":\"dec_"));
  const std::vector<LogLine> lines = log_lines(1);
  EXPECT_EQ(lines[0].decision, "deny");
  EXPECT_EQ(lines[0].reason, "key-expired");
  EXPECT_EQ(lines[0].key_id, key_.id());
}

}  // namespace
}  // namespace claviger::test
