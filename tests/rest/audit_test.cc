// The audit: who did what to which thing, what it was before and after, and that nobody touched it.
#include "installation.h"

#include <algorithm>
#include <optional>

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Audit : public RestTest {
 protected:
  [[nodiscard]] static Json of_target(const Session& reader, const Json& target) {
    const std::vector<Json> rows = reader.list("/v1/audit?targetId=" + target.get<std::string>());
    EXPECT_THAT(rows, Not(IsEmpty())) << target;
    return rows.empty() ? Json() : rows.front();
  }

  const Tenant tenant_ = make_tenant();
};

TEST_F(Audit, I11_ARowTellsWhoWhatBeforeAfterAndFromWhere) {
  const std::string application = tenant_.user.make_application("before");
  ASSERT_EQ(tenant_.user
                .send({.method = "PATCH",
                       .target = "/v1/applications/" + application,
                       .headers = {{"X-Request-Id", "the-request-in-question"}},
                       .body = R"({"name":"after"})"})
                .status(),
            200);
  const Json row = of_target(tenant_.user, application);
  EXPECT_EQ(row["action"], "application.update");
  EXPECT_EQ(row["actorId"], tenant_.user.get("/v1/me").body["id"]);
  EXPECT_EQ(row["organizationId"], tenant_.organization);
  EXPECT_EQ(row["changes"], Json({{"name", {{"before", "before"}, {"after", "after"}}}}));
  EXPECT_EQ(row["requestId"], "the-request-in-question");
  EXPECT_EQ(row["sourceIp"], "127.0.0.1");
  EXPECT_TRUE(row["actorKeyId"].is_null());
}

/// What ends with something else has rows that say so: who, by which request, and what became of
/// it.
TEST_F(Audit, I11_WhatEndsWithSomethingElseIsToldInTheNameOfWhoeverEndedIt) {
  const Answer made = administrator().post("/v1/organizations", {{"name", unique("company")}});
  const std::string company = made.body.value("id", "");
  const Answer owner =
      administrator().post("/v1/users", {{"email", unique("owner") + "@example.com"},
                                         {"name", "Owner"},
                                         {"password", kPassword},
                                         {"roles", {"Organization Administrator"}},
                                         {"organizationId", company}});
  const Session user = sign_in(endpoint(), owner.body.value("email", ""));
  const std::string api = unique("fleet");
  user.import_fleet(api);
  const std::string revoked = user.make_application();
  const Json in_revoked = user.make_key(revoked, api);
  const std::string kept = user.make_application();
  const Json in_kept = user.make_key(kept, api);
  const auto act = [&](const Session& by, const std::string& method, const std::string& target) {
    const Answer done = by.send(
        {.method = method, .target = target, .headers = {{"X-Request-Id", unique("request")}}});
    ASSERT_EQ(done.status(), 200) << done.response.body;
  };
  const auto expect = [&](const Json& target, const Json& actor, const std::string& action,
                          const Json& changes) {
    const Json row = of_target(administrator(), target);
    EXPECT_EQ(row["action"], action);
    EXPECT_EQ(row["actorId"], actor) << row;
    EXPECT_THAT(row["requestId"].get<std::string>(), HasSubstr("request"));
    EXPECT_EQ(row["sourceIp"], "127.0.0.1");
    for (const auto& [field, change] : changes.items())
      EXPECT_EQ(row["changes"][field], change) << row;
    EXPECT_EQ(row["changes"].size(), changes.size()) << row;
  };
  const auto from_to = [](const Json& before, const Json& after) {
    return Json{{"before", before}, {"after", after}};
  };
  act(user, "POST", "/v1/applications/" + revoked + "/revoke");
  expect(in_revoked["id"], owner.body["id"], "key.revoke",
         {{"status", from_to("active", "revoked")},
          {"revokeReason", from_to(nullptr, "other")},
          {"revokeComment", from_to("", "Its application was revoked.")}});
  act(administrator(), "DELETE", "/v1/organizations/" + company);
  const Json root = administrator().get("/v1/me").body["id"];
  expect(owner.body["id"], root, "user.delete",
         {{"status", from_to("enabled", "deleted")},
          {"roles", from_to({"Organization Administrator"}, Json::array())}});
  expect(kept, root, "application.revoke", {{"status", from_to("active", "revoked")}});
  expect(
      in_kept["id"], root, "key.revoke",
      {{"status", from_to("active", "revoked")}, {"revokeReason", from_to(nullptr, "owner_left")}});
}

TEST_F(Audit, Z08_EveryChangeOfPeopleLeavesARow) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  const std::string user = "/v1/users/" + dana.id;
  const Answer role = tenant_.user.post("/v1/roles", {{"name", unique("watcher")}});
  const std::string role_path = "/v1/roles/" + role.body.value("id", "");
  ASSERT_EQ(tenant_.user.patch(user, {{"roles", {"Auditor"}}}).status(), 200);
  ASSERT_EQ(tenant_.user.act(user + "/disable").status(), 200);
  ASSERT_EQ(tenant_.user.act(user + "/enable").status(), 200);
  ASSERT_EQ(tenant_.user.act(user + "/reset-password").status(), 201);
  ASSERT_EQ(tenant_.user.remove(user).status(), 200);
  std::vector<std::string> actions;
  for (const Json& row : tenant_.user.list("/v1/audit?targetId=" + dana.id))
    actions.push_back(row.value("action", ""));
  EXPECT_THAT(actions, ElementsAre("user.delete", "user.reset-password", "user.enable",
                                   "user.disable", "user.update", "user.create"));
  ASSERT_EQ(tenant_.user.patch(role_path, {{"permissions", {"View users"}}}).status(), 200);
  const Json changed = of_target(tenant_.user, role.body["id"]);
  EXPECT_EQ(changed["changes"]["permissions"],
            Json({{"before", Json::array()}, {"after", {"View users"}}}));
}

TEST_F(Audit, K10_NoSecretIsInIt) {
  const Answer made = tenant_.user.post(
      "/v1/users",
      {{"email", unique("dana") + "@example.com"}, {"name", "Dana"}, {"roles", {"Auditor"}}});
  const std::string link = made.body["passwordLink"]["token"];
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const Json key = tenant_.user.make_key(tenant_.user.make_application(), api);
  for (const char* format : {"ndjson", "csv"}) {
    const std::string all =
        tenant_.user.get("/v1/audit/export?format=" + std::string(format)).response.body;
    EXPECT_THAT(all, HasSubstr(key.value("id", "")));
    for (const std::string& secret :
         {key.value("secret", ""), link, tenant_.user.token(), std::string(kPassword)})
      EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
}

TEST_F(Audit, AnOrganizationReadsItsOwnAlone) {
  const Tenant other = make_tenant();
  const std::string application = other.user.make_application();
  EXPECT_THAT(tenant_.user.list("/v1/audit?targetId=" + application), IsEmpty());
  EXPECT_EQ(administrator().list("/v1/audit?targetId=" + application).size(), 1U);
  EXPECT_EQ(make_user(tenant_, "Asset Consumer").get("/v1/audit").status(), 403);
  EXPECT_EQ(make_user(tenant_, "Auditor").get("/v1/audit").status(), 200);
}

TEST_F(Audit, ItIsFilteredAndPaged) {
  const Person dana = make_person(tenant_, "Asset Consumer");
  for (int i = 0; i < 3; ++i) static_cast<void>(dana.session.make_application());
  EXPECT_EQ(tenant_.user.list("/v1/audit?actorId=" + dana.id + "&action=application.create&limit=2")
                .size(),
            3U);
  EXPECT_THAT(tenant_.user.list("/v1/audit?from=2038-01-01T00:00:00Z"), IsEmpty());
  EXPECT_THAT(tenant_.user.list("/v1/audit?to=2000-01-01T00:00:00Z"), IsEmpty());
  EXPECT_EQ(tenant_.user.get("/v1/audit?from=yesterday").status(), 422);
  EXPECT_EQ(tenant_.user.get("/v1/audit?cursor=0").status(), 422);
}

TEST_F(Audit, S6_TheChainIsVerifiedForTheWholeInstallation) {
  static_cast<void>(tenant_.user.make_application());
  const Answer verified = administrator().get("/v1/audit/verification");
  ASSERT_EQ(verified.status(), 200) << verified.response.body;
  EXPECT_EQ(verified.body["intact"], true);
  EXPECT_GT(verified.body["verified"].get<int>(), 5);
  EXPECT_EQ(verified.body["hash"].get<std::string>().size(), 64U);
  EXPECT_EQ(tenant_.user.get("/v1/audit/verification").status(), 403);
}

TEST_F(Audit, S09_AnExportIsLinesThatNoSpreadsheetComputes) {
  ASSERT_EQ(tenant_.user
                .send({.method = "POST",
                       .target = "/v1/applications",
                       .headers = {{"X-Request-Id", "=HYPERLINK(1)"}},
                       .body = R"({"name":"=1+1"})"})
                .status(),
            201);
  const Answer csv = tenant_.user.get("/v1/audit/export?format=csv&action=application.create");
  EXPECT_EQ(csv.response.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_THAT(csv.response.body, testing::StartsWith("sequence,at,actorId,"));
  EXPECT_THAT(csv.response.body, Not(HasSubstr(",=")));
  const Answer lines = tenant_.user.get("/v1/audit/export?action=application.create");
  EXPECT_EQ(lines.response.header("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(Json::parse(lines.response.body)["changes"]["name"]["after"], "=1+1");
}

// A row tells of whole values, before and after: ten thousand of them do not go into one answer.
TEST_F(Audit, AnExportOfLongRowsEndsEarlierAndSaysWhereToGoOn) {
  constexpr std::size_t kAbout = std::size_t{8} * 1024 * 1024;
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const std::string key =
      tenant_.user.make_key(tenant_.user.make_application(), api).value("id", "");
  constexpr int kEdits = 90;
  for (int i = 0; i < kEdits; ++i) {
    Json metadata;
    for (int entry = 0; entry < 50; ++entry)
      metadata["entry" + std::to_string(entry)] = std::string(500, i % 2 == 0 ? '"' : '\\');
    ASSERT_EQ(tenant_.user.patch("/v1/keys/" + key, {{"metadata", metadata}}).status(), 200);
  }
  for (const std::string format : {"ndjson", "csv"}) {
    const std::string target = "/v1/audit/export?targetId=" + key + "&format=" + format;
    std::string all;
    int answers = 0;
    std::optional<std::string> cursor = "";
    for (; cursor; ++answers) {
      const Answer part = tenant_.user.get(target + (cursor->empty() ? "" : "&cursor=" + *cursor));
      ASSERT_EQ(part.status(), 200) << part.response.body.substr(0, 1000);
      EXPECT_LT(part.response.body.size(), kAbout + 512 * 1024);
      cursor = part.response.header("Claviger-Next-Cursor");
      EXPECT_TRUE(!cursor || part.response.body.size() >= kAbout);
      all += part.response.body;
    }
    EXPECT_GT(answers, 1);
    const auto lines = std::count(all.begin(), all.end(), '\n');
    EXPECT_EQ(lines, kEdits + 1 + (format == "csv" ? 1 : 0)) << "each row once, and the creation";
  }
}

TEST_F(Audit, ARowStaysBoundedWhateverIsImported) {
  Json document = fleet_document();
  for (int i = 0; i < 3000; ++i)
    document["paths"]["/" + unique("path")]["get"] = document["paths"]["/events"]["get"];
  const Json api =
      tenant_.user
          .post("/v1/apis/import?name=" + unique("large") + "&upstream=http://127.0.0.1:9",
                document)
          .body;
  const Json changes = of_target(tenant_.user, api["id"])["changes"];
  EXPECT_EQ(changes["endpointCount"]["after"], 3005);
  EXPECT_EQ(changes["endpoints"]["after"].size(), 101U);
  EXPECT_EQ(changes["endpoints"]["after"].back(), "… and 2905 more");
  EXPECT_LT(changes.dump().size(), 64U * 1024);
}

}  // namespace
}  // namespace claviger::test
