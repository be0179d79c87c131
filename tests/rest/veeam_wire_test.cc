// The façade /api/v3 byte by byte: the requests as the unmodified client of that API sends them,
// and what it gets when the server fails or is asked too often.
#include "veeam_fixture.h"

#include <memory>

#include <sqlite3.h>

namespace claviger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A request in the very words of that client.
Answer say(const std::string& line, const std::string& token, const std::string& rest = "\r\n") {
  Answer answer;
  answer.response = ask_raw(
      compatible().endpoint(),
      line + " HTTP/1.1\r\nHost: vspc:1280\r\nAuthorization: Bearer " + token + "\r\n" + rest);
  answer.body = Json::parse(answer.response.body, nullptr, false);
  EXPECT_EQ(answer.status(), 200) << line << answer.response.body;
  return answer;
}

TEST_F(Veeam, TheBytesOfItsClientAreUnderstood) {
  const std::string& token = user_->token();
  const std::string users = "/api/v3/users/" + uid_;
  const std::string made =
      "POST " + users +
      "/logins/apikey?description=Portal+Operator+API+Key&scopes=integration&scopes=rest"
      "&isReadAccessOnly=true";
  const Json login = say(made, token).body["data"];
  EXPECT_EQ(login["description"], "Portal Operator API Key");
  EXPECT_EQ(login["scopes"], (Json{"integration", "rest"}));
  EXPECT_EQ(login["isReadAccessOnly"], true);
  EXPECT_EQ(say("GET " + users + "/logins", token).body["data"].size(), 1U);
  const Json page = say("GET /api/v3/users/logins?limit=100&offset=0", token).body;
  EXPECT_EQ(page["meta"]["pagingInfo"], (Json{{"total", 1}, {"count", 1}, {"offset", 0}}));
  const std::string number = std::to_string(login.value("id", 0));
  const std::string patch = R"([{"op": "replace", "value": "disabled", "path": "/status"}])";
  EXPECT_EQ(say("PATCH " + users + "/logins/" + number, token,
                "Content-Type: application/json\r\nContent-Length: " +
                    std::to_string(patch.size()) + "\r\n\r\n" + patch)
                .body["data"]["status"],
            "disabled");
  EXPECT_EQ(say("DELETE " + users + "/tokens?userLoginId=" + number, token).body["data"], true);
  EXPECT_EQ(say("DELETE " + users + "/logins/" + number, token).body["data"], true);
}

// Scripts write the array of scopes as it is, and only the spaces of the text encoded.
TEST_F(Veeam, AnArrayOfScopesIsReadAsItStandsInTheDocumentation) {
  const Json login =
      say("POST " + logins() +
              "/apikey?description=Portal%20Operator&scopes=[\"integration\",\"rest\"]"
              "&isReadAccessOnly=true",
          user_->token())
          .body["data"];
  EXPECT_EQ(login["scopes"], (Json{"integration", "rest"}));
}

/// Runs a statement on a server's database behind its back.
void alter(const Installation& installation, const std::string& sql) {
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open(installation.database().c_str(), &opened), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> connection(opened, sqlite3_close);
  EXPECT_EQ(sqlite3_busy_timeout(opened, 5000), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(opened);
}

TEST(VeeamFault, WhatFailsInTheServerIs520) {
  Installation installation({"CLAVIGER__COMPATIBILITY__VEEAM=true"});
  const Session& user = installation.administrator();
  ASSERT_EQ(user.get("/api/v3/users/logins").status(), 200);
  alter(installation, "ALTER TABLE access_keys RENAME TO access_keys_elsewhere");
  const Answer answer = user.get("/api/v3/users/logins");
  EXPECT_EQ(answer.status(), 520) << answer.response.body;
  EXPECT_EQ(answer.body["errors"][0]["code"], 520);
  EXPECT_EQ(answer.body["errors"][0]["type"], "unspecified");
  EXPECT_THAT(answer.response.body, testing::Not(HasSubstr("access_keys")));
  EXPECT_THAT(installation.server().log(), HasSubstr("access_keys")) << "the operator learns why";
}

TEST(VeeamLimit, WhoeverChangesTooOftenReadsInTheBodyWhenToComeAgain) {
  Installation installation(
      {"CLAVIGER__COMPATIBILITY__VEEAM=true", "CLAVIGER__LIMITS__CHANGES_PER_MINUTE=2"});
  const Session& user = installation.administrator();
  const std::string target =
      "/api/v3/users/" + uid_of(user) + "/logins/apikey?description=a&scopes=rest";
  Answer answer = user.act(target);
  for (int i = 0; i < 5 && answer.status() == 200; ++i) answer = user.act(target);
  ASSERT_EQ(answer.status(), 429) << answer.response.body;
  const Json error = answer.body["errors"][0];
  EXPECT_EQ(error["type"], "transport");
  EXPECT_EQ(error["code"], 429);
  const int seconds = error.value("retryAfter", 0);
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, 60);
  EXPECT_EQ(answer.response.header("Retry-After").value_or(""), std::to_string(seconds));
}

}  // namespace
}  // namespace claviger::test
