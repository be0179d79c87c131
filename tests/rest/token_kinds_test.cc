// A secret of one kind where another is expected (docs/threats.md, Z06): each place takes its own,
// and refuses all others alike.
#include "installation.h"

#include <map>

#include "claviger/base/random.h"
#include "claviger/core/key_text.h"

namespace claviger::test {
namespace {

using core::SecretKind;
using testing::IsEmpty;
using testing::Not;

Json without_request_id(Answer answer) {
  answer.body.erase("requestId");
  return answer.body;
}

/// Texts of a kind, each of the right form; those that this server has issued are live ones.
using Texts = std::multimap<std::string, std::string>;

class TokenKinds : public RestTest {
 protected:
  void SetUp() override {
    tenant_.user.import_fleet(api_);
    texts_ = made_texts();
    texts_.emplace("session", person_.session.token());
    texts_.emplace("key of an API", key_of(tenant_.user.make_application(), key_body(api_)));
    texts_.emplace(
        "link",
        tenant_.user.act("/v1/users/" + reset_.id + "/reset-password").body.value("token", ""));
    texts_.emplace("personal token", token_.value("secret", ""));
    texts_.emplace("nothing of ours", "0123456789abcdef0123456789abcdef");
    texts_.emplace("nothing of ours", "");
  }

  /// One of every kind that nobody has issued.
  static Texts made_texts() {
    SystemRandom random;
    Texts texts;
    for (const SecretKind kind :
         {SecretKind::kAccessKey, SecretKind::kPersonalAccessToken, SecretKind::kOauthAccessToken,
          SecretKind::kOauthRefreshToken, SecretKind::kClientSecret, SecretKind::kAgent,
          SecretKind::kSession, SecretKind::kLink})
      texts.emplace("never issued", std::string(core::make_secret(kind, random).reveal()));
    return texts;
  }

  [[nodiscard]] std::string key_of(const std::string& application, const Json& body) const {
    return tenant_.user.make_key(application, body).value("secret", "");
  }

  /// Presents everything but `taken` and expects one answer, but for the request's id.
  template <class Present>
  void expect_one_answer(const std::set<std::string>& taken, int status, Present present) const {
    Json first;
    for (const auto& [name, text] : texts_) {
      if (taken.contains(name)) continue;
      SCOPED_TRACE(name + ' ' + text);
      const Answer answer = present(text);
      EXPECT_EQ(answer.status(), status) << answer.response.body;
      if (first.is_null()) first = without_request_id(answer);
      EXPECT_EQ(without_request_id(answer), first);
    }
  }

  [[nodiscard]] const std::string& text(const std::string& name) const {
    return texts_.find(name)->second;
  }

  const Tenant tenant_ = make_tenant();
  const Person person_ = make_person(tenant_, "Asset Consumer");
  const Person reset_ = make_person(tenant_, "Asset Consumer");
  const std::string api_ = unique("fleet");
  const Json token_ =
      person_.session
          .post(
              "/v1/me/tokens",
              {{"name", "t"},
               {"grants",
                {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", {"applications:view"}}}}}})
          .body;
  Texts texts_;
};

TEST_F(TokenKinds, Z06_TheManagementApiTakesSessionsAndKeysThatAreForIt) {
  const auto as_bearer = [](const std::string& text) {
    return send(endpoint(),
                {.target = "/v1/applications", .headers = {{"Authorization", "Bearer " + text}}});
  };
  EXPECT_EQ(as_bearer(text("session")).status(), 200);
  EXPECT_EQ(as_bearer(text("personal token")).status(), 200);
  EXPECT_EQ(as_bearer(text("key of an API")).status(), 403) << "its holder learns why";
  expect_one_answer({"session", "personal token", "key of an API"}, 401, as_bearer);
}

TEST_F(TokenKinds, Z06_TheCookieIsASessions) {
  const auto as_cookie = [](const std::string& text) {
    return send(endpoint(), {.target = "/v1/applications",
                             .headers = {{"Cookie", "__Host-claviger-session=" + text}}});
  };
  EXPECT_EQ(as_cookie(text("session")).status(), 200);
  expect_one_answer({"session"}, 401, as_cookie);
}

TEST_F(TokenKinds, Z06_NoOtherSchemeOrCarrierIsRead) {
  for (const std::string name : {"session", "personal token"}) {
    const std::string& secret = text(name);
    const std::vector<HttpRequest> requests = {
        {.target = "/v1/applications", .headers = {{"Authorization", "Basic " + secret}}},
        {.target = "/v1/applications", .headers = {{"Authorization", "Token " + secret}}},
        {.target = "/v1/applications", .headers = {{"Authorization", secret}}},
        {.target = "/v1/applications", .headers = {{"Authorization", "Bearer  " + secret}}},
        {.target = "/v1/applications", .headers = {{"X-API-Key", secret}}},
        {.target = "/v1/applications", .headers = {{"X-Auth-Token", secret}}},
        {.target = "/v1/applications", .headers = {{"Cookie", "session=" + secret}}}};
    for (const HttpRequest& request : requests)
      EXPECT_EQ(send(endpoint(), request).status(), 401) << name << request.str();
  }
}

// docs/threats.md, K15.
TEST_F(TokenKinds, K15_ASecretInTheAddressIsNoCredential) {
  for (const char* name : {"access_token", "APIKey", "api_key", "token", "key"}) {
    const Answer answer = send(
        endpoint(), {.target = "/v1/applications?" + std::string(name) + "=" + text("session")});
    EXPECT_EQ(answer.status(), 401) << name;
  }
  EXPECT_EQ(installation().server().log().find(text("session")), std::string::npos);
}

TEST_F(TokenKinds, Z06_APasswordIsChosenByALinkAlone) {
  const auto as_link = [](const std::string& text) {
    return send(endpoint(), {.method = "POST",
                             .target = "/v1/passwords",
                             .body = Json({{"token", text}, {"password", kPassword}}).dump()});
  };
  texts_.erase("nothing of ours");
  expect_one_answer({"link"}, 403, as_link);
  EXPECT_EQ(as_link(text("link")).status(), 204);
}

TEST_F(TokenKinds, Z06_AnInstallationIsSetUpByItsOwnLinkAlone) {
  const TemporaryDirectory directory;
  const Server server({.data_dir = directory.file("data"), .state_dir = directory.file("state")});
  texts_.erase("nothing of ours");
  expect_one_answer({}, 403, [&](const std::string& text) {
    return send(
        server.endpoint(),
        {.method = "POST",
         .target = "/v1/setup",
         .body = Json({{"token", text}, {"email", kAdministratorEmail}, {"password", kPassword}})
                     .dump()});
  });
  const Answer by_link =
      send(server.endpoint(),
           {.target = "/v1/me", .headers = {{"Authorization", "Bearer " + server.setup_token()}}});
  EXPECT_EQ(by_link.status(), 401);
}

TEST_F(TokenKinds, Z06_AnApiTakesKeysThatAreForIt) {
  const auto verified = [&](const std::string& secret) {
    return tenant_.user.verify(Json(secret), api_)["reason"];
  };
  for (const auto& [name, text] : texts_) {
    if (text.empty() || name == "key of an API" || name == "personal token") continue;
    EXPECT_EQ(verified(text), "credential-unknown") << name;
  }
  EXPECT_EQ(verified(text("personal token")), "api-not-granted");
}

// docs/threats.md, S03: 256 random bits, and nothing in them to be made up.
TEST_F(TokenKinds, S03_NoNeighbourOfASessionIsOne) {
  const std::string& token = text("session");
  EXPECT_EQ(token.size(), std::string("clv_ses_").size() + 43 + 6);
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string neighbour = token;
    neighbour[at] = neighbour[at] == 'a' ? 'b' : 'a';
    const Session forged(endpoint(), neighbour);
    EXPECT_EQ(forged.get("/v1/me").status(), 401) << at;
  }
}

// docs/threats.md, D04.
TEST_F(TokenKinds, D04_NoSecretIsInTheLogWhereverItWasSent) {
  Installation talkative({"CLAVIGER__LOG__LEVEL=debug"});
  const Session& user = talkative.administrator();
  for (const auto& [name, text] : texts_) {
    if (text.size() < 20) continue;
    const Json body = {{"token", text}, {"password", text}, {"key", text}, {text, text}};
    for (const std::string target : {"/v1/sessions", "/v1/passwords", "/v1/keys/verify",
                                     "/v1/me/password", "/v1/keys/import"}) {
      static_cast<void>(user.post(target, body));
      static_cast<void>(user.send({.method = "POST", .target = target, .body = '"' + text}));
    }
    static_cast<void>(user.get("/v1/keys?prefix=" + text));
    static_cast<void>(user.get("/v1/keys/" + text));
    static_cast<void>(
        send(talkative.endpoint(), {.target = "/v1/me", .headers = {{"Authorization", text}}}));
    static_cast<void>(Session(talkative.endpoint(), text).get("/v1/me"));
  }
  const std::string log = talkative.server().log();
  EXPECT_EQ(log.find(user.token().substr(8)), std::string::npos);
  for (const auto& [name, text] : texts_) {
    if (text.size() < 20) continue;
    EXPECT_EQ(log.find(text.substr(8)), std::string::npos) << name;
  }
}

TEST_F(TokenKinds, Z06_ASecretOfOurOwnIsNoPassword) {
  // Of its own: guesses slow down whoever comes from this address.
  const Installation patient({"CLAVIGER__LIMITS__SIGN_INS_PER_MINUTE=0"});
  for (const auto& [name, text] : texts_) {
    if (text.empty()) continue;
    EXPECT_THAT(sign_in(patient.endpoint(), kAdministratorEmail, text).token(), IsEmpty()) << name;
  }
  EXPECT_THAT(sign_in(patient.endpoint(), kAdministratorEmail).token(), Not(IsEmpty()));
}

}  // namespace
}  // namespace claviger::test
