// Tokens of the façade /api/v3: by password, by a code of the second factor, by refresh token.
#include "one_time_codes.h"
#include "veeam_fixture.h"

namespace claviger::test {
namespace {

using testing::StartsWith;

TEST_F(Veeam, APasswordGivesAPairOfTokens) {
  const Answer answer = token(form(user_email_));
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.body["token_type"], "bearer");
  EXPECT_EQ(answer.body["expires_in"], 3600);
  EXPECT_TRUE(answer.body["mfa_token"].is_null());
  EXPECT_TRUE(answer.body["encrypted_code"].is_null());
  EXPECT_EQ(answer.response.header("Cache-Control").value_or(""), "no-store");
  const Session session(compatible().endpoint(), answer.body.value("access_token", ""));
  EXPECT_EQ(session.get("/api/v3/users/me").status(), 200);
  EXPECT_EQ(session.get("/v1/me").status(), 200) << "it is a session like any other";
}

TEST_F(Veeam, BothKindsOfFormsAreRead) {
  const std::string part = "\r\nContent-Disposition: form-data; name=";
  const std::string body = "--b" + part + "\"grant_type\"\r\n\r\npassword\r\n--b" + part +
                           "\"username\"\r\n\r\n" + user_email_ + "\r\n--b" + part +
                           "\"password\"\r\n\r\n" + std::string(kPassword) + "\r\n--b--\r\n";
  EXPECT_EQ(token(body, "multipart/form-data; boundary=b").status(), 200);
  EXPECT_EQ(token(form(user_email_), "application/x-www-form-urlencoded; charset=utf-8").status(),
            200);
}

TEST_F(Veeam, AWrongPasswordIsAnInvalidRequestInTheWordsOfTheContract) {
  for (const std::string& body :
       {form(user_email_, "wrong"), form("nobody@example.com"), form("DOMAIN\\user"),
        std::string("grant_type=password&username=a%5Cb&password=p"),
        std::string("grant_type=password")}) {
    const Answer answer = token(body);
    EXPECT_EQ(answer.status(), 400) << body;
    EXPECT_EQ(answer.body["error"], "invalid_request") << body;
    EXPECT_TRUE(answer.body["error_uri"].is_null());
    EXPECT_THAT(answer.body.value("error_description", ""),
                StartsWith("Cannot complete login due to incorrect username or password"));
  }
}

TEST_F(Veeam, OtherGrantsAndBrokenFormsAreRefusedInTheFormOfOauth) {
  EXPECT_EQ(token("grant_type=as&userUid=1").body["error"], "unsupported_grant_type");
  EXPECT_EQ(token("grant_type=public_key").body["error"], "unsupported_grant_type");
  EXPECT_EQ(token("").body["error"], "invalid_request");
  EXPECT_EQ(token("grant_type=password&grant_type=password").body["error"], "invalid_request");
  EXPECT_EQ(token("grant_type=password&username=%00&password=x").body["error"], "invalid_request");
  EXPECT_EQ(token(form(user_email_), "application/json").status(), 415);
}

TEST_F(Veeam, ARefreshTokenGivesANewPairOnce) {
  const Answer first = token(form(user_email_));
  const std::string refresh =
      "grant_type=refresh_token&refresh_token=" + first.body.value("refresh_token", "");
  const Answer second = token(refresh);
  ASSERT_EQ(second.status(), 200) << second.response.body;
  EXPECT_NE(second.body["access_token"], first.body["access_token"]);
  EXPECT_NE(second.body["refresh_token"], first.body["refresh_token"]);
  const Session old(compatible().endpoint(), first.body.value("access_token", ""));
  EXPECT_EQ(old.get("/api/v3/users/me").status(), 401);
  EXPECT_EQ(token(refresh).body["error"], "invalid_grant");
  EXPECT_EQ(token("grant_type=refresh_token&refresh_token=" + second.body.value("access_token", ""))
                .body["error"],
            "invalid_grant")
      << "Z06: an access token refreshes nothing";
}

TEST_F(Veeam, AReadOnlyTokenReads) {
  const Answer answer = token(form(user_email_) + "&readOnly=True");
  const Session reader(compatible().endpoint(), answer.body.value("access_token", ""));
  EXPECT_EQ(reader.get(logins()).status(), 200);
  EXPECT_EQ(reader.act(logins() + "/apikey?description=a&scopes=rest").status(), 403);
  const Answer renewed =
      token("grant_type=refresh_token&refresh_token=" + answer.body.value("refresh_token", ""));
  const Session still(compatible().endpoint(), renewed.body.value("access_token", ""));
  EXPECT_EQ(still.act(logins() + "/apikey?description=a&scopes=rest").status(), 403);
}

TEST_F(Veeam, S08_WithASecondFactorThePasswordAloneGivesNoTokens) {
  const Answer started = user_->post("/v1/me/totp", {{"currentPassword", kPassword}});
  ASSERT_EQ(user_->post("/v1/me/totp/confirm", {{"code", code_of(started.body)}}).status(), 200);
  EXPECT_EQ(user_->get("/api/v3/users/me").body["data"]["mfaPolicyStatus"], "Enabled");
  const Answer half = token(form(user_email_) + "&readOnly=true");
  ASSERT_EQ(half.status(), 200) << half.response.body;
  EXPECT_TRUE(half.body["access_token"].is_null());
  EXPECT_TRUE(half.body["refresh_token"].is_null());
  const std::string waiting = "grant_type=mfa&mfa_token=" + half.body.value("mfa_token", "");
  EXPECT_EQ(token(waiting + "&mfa_code=000000").body["error"], "invalid_grant");
  EXPECT_EQ(token("grant_type=mfa&mfa_token=made-up&mfa_code=000000").body["error"],
            "invalid_grant");
  const Answer whole = token(waiting + "&mfa_code=" + code_of(started.body, 1));
  ASSERT_EQ(whole.status(), 200) << whole.response.body;
  const Session session(compatible().endpoint(), whole.body.value("access_token", ""));
  EXPECT_EQ(session.get("/api/v3/users/me").status(), 200);
  EXPECT_EQ(session.act(logins() + "/apikey?description=a&scopes=rest").status(), 403)
      << "what the password asked for stays read-only";
}

TEST_F(Veeam, ReadOnlyIsWrittenOutAndNeverWidened) {
  EXPECT_EQ(token(form(user_email_) + "&readOnly=1").body["error"], "invalid_request");
  const Answer whole = token(form(user_email_));
  const Answer narrowed = token("grant_type=refresh_token&readOnly=true&refresh_token=" +
                                whole.body.value("refresh_token", ""));
  ASSERT_EQ(narrowed.status(), 200) << narrowed.response.body;
  const Answer again = token("grant_type=refresh_token&readOnly=false&refresh_token=" +
                             narrowed.body.value("refresh_token", ""));
  const Session reader(compatible().endpoint(), again.body.value("access_token", ""));
  EXPECT_EQ(reader.get(logins()).status(), 200);
  EXPECT_EQ(reader.act(logins() + "/apikey?description=a&scopes=rest").status(), 403);
}

TEST_F(Veeam, TokensAreEndedTogether) {
  const Session other = signed_in(user_email_);
  EXPECT_EQ(user_->remove("/api/v3/users/" + uid_ + "/tokens?userLoginId=4711").status(), 404);
  const Json login = make_login();
  EXPECT_EQ(user_
                ->remove("/api/v3/users/" + uid_ +
                         "/tokens?userLoginId=" + std::to_string(login.value("id", 0)))
                .body["data"],
            true);
  const Answer ended = user_->remove("/api/v3/users/" + uid_ + "/tokens");
  EXPECT_EQ(ended.body["data"], true) << ended.response.body;
  EXPECT_EQ(user_->get("/api/v3/users/me").status(), 401);
  EXPECT_EQ(other.get("/api/v3/users/me").status(), 401);
  EXPECT_EQ(admin_->remove("/api/v3/users/" + uid_ + "/tokens").status(), 200);
}

}  // namespace
}  // namespace claviger::test
