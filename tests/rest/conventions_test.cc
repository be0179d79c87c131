// What all routes have in common: preconditions, dry runs, requests that are sent twice, cursors.
#include "installation.h"

#include <set>
#include <thread>

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Conventions : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Answer post_once(const std::string& target, const Json& body,
                                 const std::string& key) const {
    return tenant_.user.send({.method = "POST",
                              .target = target,
                              .headers = {{"Idempotency-Key", key}},
                              .body = body.dump()});
  }

  [[nodiscard]] Answer patch_if(const std::string& target, const std::string& tag) const {
    return tenant_.user.send({.method = "PATCH",
                              .target = target,
                              .headers = {{"If-Match", tag}},
                              .body = Json{{"name", unique("renamed")}}.dump()});
  }

  [[nodiscard]] std::string tag_of(const std::string& target) const {
    return tenant_.user.get(target).response.header("ETag").value_or("");
  }

  [[nodiscard]] std::size_t applications() const {
    return tenant_.user.list("/v1/applications").size();
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(Conventions, WhoeverIsSlowerIsToldInsteadOfOverwriting) {
  const Json key = tenant_.user.make_key(application_, api_);
  const std::string user = tenant_.user.get("/v1/me").body.value("id", "");
  const std::string role =
      tenant_.user
          .post("/v1/roles", {{"name", unique("role")}, {"permissions", {"View applications"}}})
          .body.value("id", "");
  for (const std::string& target :
       {"/v1/applications/" + application_, "/v1/keys/" + key.value("id", ""), "/v1/users/" + user,
        "/v1/roles/" + role}) {
    const std::string seen = tag_of(target);
    ASSERT_THAT(seen, HasSubstr("\"")) << target;
    const Answer changed = patch_if(target, seen);
    ASSERT_EQ(changed.status(), 200) << target << changed.response.body;
    EXPECT_EQ(changed.response.header("ETag").value_or(""), tag_of(target)) << target;
    const Answer late = patch_if(target, seen);
    EXPECT_EQ(late.status(), 412) << target;
    EXPECT_EQ(late.code(), "precondition-failed");
    EXPECT_EQ(patch_if(target, "*").status(), 200);
    EXPECT_EQ(patch_if(target, "yesterday").status(), 400);
  }
}

TEST_F(Conventions, NothingIsDoneToWhatHasChangedSinceItWasSeen) {
  const auto post_if = [&](const std::string& tag, const std::string& target, const Json& body) {
    return tenant_.user.send({.method = "POST",
                              .target = target,
                              .headers = {{"If-Match", tag}},
                              .body = body.is_null() ? "" : body.dump()});
  };
  const std::string api = "/v1/apis/" + tenant_.user.import_fleet(api_).value("id", "");
  const std::string import = "/v1/apis/import?upstream=http://127.0.0.1:9&name=";
  const std::string seen = tag_of(api);
  EXPECT_EQ(post_if("\"1\"", import + api_, fleet_document()).status(), 412);
  EXPECT_EQ(post_if(seen, import + unique("absent"), fleet_document()).status(), 412);
  EXPECT_EQ(post_if(seen, import + api_, fleet_document()).status(), 201);
  EXPECT_EQ(post_if(seen, import + api_, fleet_document()).status(), 412);

  const Person giver = make_person(tenant_, "Asset Consumer");
  const Person receiver = make_person(tenant_, "Asset Consumer");
  (void)giver.session.make_application();
  const std::string user = "/v1/users/" + giver.id;
  EXPECT_EQ(post_if("\"1\"", user + "/reset-password", nullptr).status(), 412);
  EXPECT_EQ(post_if(tag_of(user), user + "/reset-password", nullptr).status(), 201);
  const Json offer = {{"toUserId", receiver.id}};
  EXPECT_EQ(post_if("\"1\"", user + "/handover", offer).status(), 412);
  const Answer offered = post_if(tag_of(user), user + "/handover", offer);
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  for (const char* decision : {"/accept", "/decline"}) {
    const Answer refused =
        receiver.session.send({.method = "POST",
                               .target = "/v1/handovers/" + offered.body.value("id", "") + decision,
                               .headers = {{"If-Match", "\"1\""}}});
    EXPECT_EQ(refused.status(), 400);
    EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("no ETag"));
  }
}

TEST_F(Conventions, WhatIsNoDryRunIsDone) {
  const Answer made = tenant_.user.post("/v1/applications?dryRun=false", {{"name", "real"}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const std::string path = "/v1/applications/" + made.body.value("id", "");
  EXPECT_EQ(made.response.header("Location"), path);
  EXPECT_EQ(tenant_.user.patch(path + "?dryRun=false", {{"name", "renamed"}}).status(), 200);
  EXPECT_EQ(tenant_.user.get(path).body["name"], "renamed");
}

TEST_F(Conventions, ATagThatIsNotOursNamesAnotherVersion) {
  const std::string path = "/v1/applications/" + tenant_.user.make_application();
  const std::string present = tag_of(path);
  for (const std::string& tag : {"W/" + present, std::string("\"x\""), std::string("\"0\""),
                                 std::string("\"\""), std::string("\"-1\"")})
    EXPECT_EQ(tenant_.user
                  .send({.method = "PATCH",
                         .target = path,
                         .headers = {{"If-Match", tag}},
                         .body = R"({"name":"x"})"})
                  .status(),
              412)
        << tag;
}

TEST_F(Conventions, ADryRunShowsWhatWouldBeAndChangesNothing) {
  const std::size_t before = applications();
  const Answer made = tenant_.user.post("/v1/applications?dryRun=true", {{"name", "rehearsed"}});
  ASSERT_EQ(made.status(), 200) << made.response.body;
  EXPECT_EQ(made.body["dryRun"], true);
  EXPECT_EQ(made.body["name"], "rehearsed");
  EXPECT_EQ(applications(), before);

  const Answer key =
      tenant_.user.post("/v1/applications/" + application_ + "/keys?dryRun=true", key_body(api_));
  ASSERT_EQ(key.status(), 200) << key.response.body;
  EXPECT_TRUE(key.body["secret"].is_null()) << "a secret that never works is not shown";

  const Json real = tenant_.user.make_key(application_, api_);
  const std::string path = "/v1/keys/" + real.value("id", "");
  const Answer revoked =
      tenant_.user.post(path + "/revoke?dryRun=true&wait=applied", {{"reason", "other"}});
  ASSERT_EQ(revoked.status(), 200) << revoked.response.body;
  EXPECT_EQ(revoked.body["key"]["status"], "revoked");
  EXPECT_EQ(tenant_.user.get(path).body["status"], "active");
  EXPECT_EQ(tenant_.user.verify(real, api_)["allowed"], true);
}

TEST_F(Conventions, ADryRunOfWhatStopsKeysSaysHowManyAndHowOftenTheyAreCalled) {
  const Json first = tenant_.user.make_key(application_, api_);
  const Json second = tenant_.user.make_key(application_, api_);
  const Json me = tenant_.user.get("/v1/me").body;
  const auto impact = [](const Answer& answer) {
    EXPECT_EQ(answer.status(), 200) << answer.response.body;
    return answer.body.value("impact", Json());
  };
  const auto keys = [&](const Answer& answer) { return impact(answer).value("keys", -1); };
  const auto try_out = [](const Session& user, const std::string& target) {
    return user.act(target + "?dryRun=true");
  };
  const std::string path = "/v1/keys/" + first.value("id", "");
  EXPECT_EQ(keys(try_out(tenant_.user, path + "/disable")), 1);
  const Json ids = {{"ids", {first["id"], second["id"]}}};
  EXPECT_EQ(keys(tenant_.user.post("/v1/keys/disable?dryRun=true", ids)), 2);
  EXPECT_EQ(keys(try_out(tenant_.user, "/v1/applications/" + application_ + "/revoke")), 2);
  const std::string user = "/v1/users/" + me.value("id", "");
  EXPECT_EQ(keys(try_out(administrator(), user + "/disable")), 2);
  const Json of_user = impact(administrator().remove(user + "?dryRun=true"));
  EXPECT_EQ(of_user["callsInLast30Days"],
            administrator().get(user + "/deletion-impact").body["callsInLast30Days"]);
  const std::string organization = "/v1/organizations/" + me.value("organizationId", "");
  EXPECT_EQ(keys(try_out(administrator(), organization + "/disable")), 2);
  EXPECT_TRUE(impact(tenant_.user.post(path + "/rotate?dryRun=true", Json::object())).is_null())
      << "nothing stops";
}

TEST_F(Conventions, ADryRunIsRefusedAsTheRealOneWouldBe) {
  EXPECT_EQ(tenant_.user.post("/v1/applications?dryRun=true", {{"nam", "a"}}).status(), 422);
  EXPECT_EQ(
      tenant_.user
          .post("/v1/keys/key_01m82fsf32fs280czzej9ht0bm/revoke?dryRun=true", {{"reason", "other"}})
          .status(),
      404);
  EXPECT_EQ(tenant_.user.post("/v1/applications?dryRun=perhaps", {{"name", "a"}}).status(), 422);
}

TEST_F(Conventions, ARequestThatIsSentAgainIsCarriedOutOnce) {
  const std::string target = "/v1/applications/" + application_ + "/keys";
  const std::string name = unique("once");
  const Answer first = post_once(target, key_body(api_), name);
  ASSERT_EQ(first.status(), 201) << first.response.body;
  const Answer again = post_once(target, key_body(api_), '"' + name + '"');
  EXPECT_EQ(again.status(), 201);
  EXPECT_EQ(again.response.header("Idempotency-Replayed").value_or(""), "true");
  for (const char* const field : {"Location", "ETag", "Content-Type"})
    EXPECT_EQ(again.response.header(field), first.response.header(field)) << field;
  EXPECT_EQ(again.body["id"], first.body["id"]);
  EXPECT_TRUE(again.body["secret"].is_null()) << "a secret is shown once (K11)";
  EXPECT_EQ(tenant_.user.list(target).size(), 1U);

  Json other = key_body(api_);
  other["name"] = "another";
  EXPECT_THAT(post_once(target, other, name).faults(), ElementsAre("Idempotency-Key key-used"));
  EXPECT_EQ(post_once(target, other, unique("once")).status(), 201) << "a new name, a new request";
  EXPECT_EQ(post_once(target, key_body(api_), std::string(300, 'x')).status(), 400);
  EXPECT_EQ(post_once(target, key_body(api_), "two words").status(), 400);
}

TEST_F(Conventions, AnAnswerTooLargeToKeepIsNotRepeatedAndSaysSo) {
  Json document = fleet_document();
  Json body = key_body(unique("large"));
  body["grants"][0]["endpoints"] = Json::array();
  // As much as a body may hold; the answer says more.
  for (int i = 1000; body.dump().size() < std::size_t{64} * 1024 - 130; ++i) {
    const std::string path = "/path" + std::to_string(i) + '/' + std::string(100, 'p');
    document["paths"][path]["get"] = document["paths"]["/devices"]["get"];
    body["grants"][0]["endpoints"].push_back("GET " + path);
  }
  const std::string api = body["grants"][0]["api"];
  const auto expect_once = [&](const std::string& target, const Json& sent) {
    const std::string name = unique("once");
    const Answer first = post_once(target, sent, name);
    ASSERT_EQ(first.status(), 201) << first.response.body;
    ASSERT_GT(first.response.body.size(), 64U * 1024);
    const Answer again = post_once(target, sent, name);
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(again.response.header("Idempotency-Replayed").value_or(""), "too-large-to-keep");
    EXPECT_EQ(again.response.body, "");
    EXPECT_EQ(again.response.header("Location").value_or("-"),
              first.response.header("Location").value_or(""));
    EXPECT_EQ(again.response.header("ETag"), first.response.header("ETag"));
    EXPECT_EQ(tenant_.user.list("/v1/audit?targetId=" + first.body.value("id", "")).size(), 1U);
  };
  expect_once("/v1/apis/import?name=" + api + "&upstream=http://127.0.0.1:9", document);
  const std::string keys = "/v1/applications/" + application_ + "/keys";
  expect_once(keys, body);
  const auto made = tenant_.user.list(keys);
  ASSERT_EQ(made.size(), 1U) << "it is done once";
  EXPECT_NE(tag_of("/v1/keys/" + made[0].value("id", "")), "");
}

TEST_F(Conventions, AListShowsTheFieldsThatAreAskedFor) {
  (void)tenant_.user.make_key(application_, key_body(api_));
  for (const char* list : {"/v1/applications", "/v1/users", "/v1/roles", "/v1/organizations",
                           "/v1/apis", "/v1/keys", "/v1/audit"}) {
    const Answer whole = tenant_.user.get(std::string(list) + "?limit=1");
    const Answer some = tenant_.user.get(std::string(list) + "?limit=1&fields=id");
    if (list == std::string("/v1/audit")) {
      EXPECT_THAT(some.faults(), ElementsAre("fields unknown-field")) << list;
      continue;
    }
    ASSERT_EQ(some.status(), 200) << some.response.body;
    EXPECT_EQ(some.body["data"][0], Json({{"id", whole.body["data"][0]["id"]}})) << list;
    EXPECT_EQ(some.body["pagination"]["hasMore"], whole.body["pagination"]["hasMore"]);
  }
  const Answer keys = tenant_.user.get("/v1/keys?fields=name,lastUsedAt");
  EXPECT_EQ(keys.body["data"][0].size(), 2U) << keys.response.body;
  EXPECT_EQ(tenant_.user.get("/v1/permissions?fields=name").body["data"][0].size(), 1U);
  const Answer unknown = tenant_.user.get("/v1/keys?fields=name,secret");
  EXPECT_THAT(unknown.faults(), ElementsAre("fields unknown-field"));
  EXPECT_THAT(unknown.response.body, HasSubstr("lastFour")) << "they are told";
  EXPECT_EQ(tenant_.user.get("/v1/me?fields=id").status(), 422) << "no list";
  EXPECT_EQ(tenant_.user.get("/v1/keys?fields=").status(), 422);
}

TEST_F(Conventions, AQuestionIsAnsweredAnewWhateverItsIdempotencyKey) {
  const Json key = tenant_.user.make_key(application_, key_body(api_));
  const std::string name = unique("once");
  const Json question = {{"key", key["secret"]},
                         {"api", api_},
                         {"method", "GET"},
                         {"path", "/devices"},
                         {"ip", "10.1.2.3"}};
  EXPECT_EQ(post_once("/v1/keys/verify", question, name).body["reason"], "allowed");
  ASSERT_EQ(
      tenant_.user
          .post("/v1/keys/" + key.value("id", "") + "/revoke?wait=applied", {{"reason", "other"}})
          .status(),
      200);
  EXPECT_EQ(post_once("/v1/keys/verify", question, name).body["reason"], "key-revoked");
}

TEST_F(Conventions, ARequestThatFailedCanBeSentAgain) {
  const std::string name = unique("once");
  EXPECT_EQ(post_once("/v1/applications", {{"nam", "a"}}, name).status(), 422);
  EXPECT_EQ(post_once("/v1/applications", {{"name", "a"}}, name).status(), 201);
}

TEST_F(Conventions, OneRequestSentSixteenTimesAtOnceMakesOneThing) {
  const std::string name = unique("once");
  const std::size_t before = applications();
  std::vector<std::thread> senders;
  std::array<int, 16> statuses{};
  for (int& status : statuses)
    senders.emplace_back([&] {
      status = post_once("/v1/applications", {{"name", "a"}}, name).status();
    });
  for (std::thread& sender : senders) sender.join();
  for (const int status : statuses) EXPECT_TRUE(status == 201 || status == 409) << status;
  EXPECT_EQ(applications(), before + 1);
}

TEST_F(Conventions, Z09_AnAnswerIsNotRepeatedToWhoeverMayNoLongerAsk) {
  const Person person = make_person(tenant_, "Asset Consumer");
  const auto create = [&](const Session& session) {
    return session.send({.method = "POST",
                         .target = "/v1/applications",
                         .headers = {{"Idempotency-Key", "mine"}},
                         .body = Json{{"name", "a"}}.dump()});
  };
  ASSERT_EQ(create(person.session).status(), 201);
  const Answer stranger = create(tenant_.user);
  EXPECT_EQ(stranger.status(), 201);
  EXPECT_FALSE(stranger.response.header("Idempotency-Replayed")) << "names are everybody's own";
  ASSERT_EQ(tenant_.user.patch("/v1/users/" + person.id, {{"roles", {"Operator"}}}).status(), 200);
  const Session demoted = sign_in(endpoint(), person.email);
  EXPECT_EQ(create(demoted).status(), 403);
}

TEST_F(Conventions, Z09_NorToWhoeverHasLostOthersThingsAlone) {
  const Person person = make_person(tenant_, "Organization Administrator");
  const auto create = [&](const Session& session) {
    return session.send({.method = "POST",
                         .target = "/v1/applications/" + application_ + "/keys",
                         .headers = {{"Idempotency-Key", "mine"}},
                         .body = key_body(api_).dump()});
  };
  ASSERT_EQ(create(person.session).status(), 201);
  ASSERT_EQ(create(person.session).status(), 201);
  ASSERT_EQ(tenant_.user.patch("/v1/users/" + person.id, {{"roles", {"Asset Provider"}}}).status(),
            200);
  const Session demoted = sign_in(endpoint(), person.email);
  EXPECT_THAT(create(demoted).faults(), ElementsAre("Idempotency-Key key-used"));
  EXPECT_EQ(tenant_.user.list("/v1/applications/" + application_ + "/keys").size(), 1U)
      << "and it is not carried out anew";
}

TEST_F(Conventions, D01_ACursorIsOfOneListWithItsFiltersAndOrder) {
  for (int i = 0; i < 3; ++i) (void)tenant_.user.make_key(application_, api_);
  const Answer page = tenant_.user.get("/v1/keys?limit=1&sort=-name&mine=true");
  const std::string cursor = page.body["pagination"].value("nextCursor", "");
  ASSERT_NE(cursor, "");
  EXPECT_THAT(cursor, Not(HasSubstr("key_")));
  const auto status = [&](const std::string& query) {
    return tenant_.user.get("/v1/keys?cursor=" + cursor + query).status();
  };
  EXPECT_EQ(status("&mine=true&sort=-name"), 200) << "in any order of parameters";
  EXPECT_EQ(status("&mine=true&sort=-name&limit=2"), 200);
  EXPECT_EQ(status("&mine=true&sort=name"), 422);
  EXPECT_EQ(status("&sort=-name"), 422);
  EXPECT_EQ(tenant_.user.get("/v1/applications?cursor=" + cursor).status(), 422);
  std::string forged = cursor;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  forged.front() = forged.front() == 'A' ? 'B' : 'A';
  EXPECT_EQ(tenant_.user.get("/v1/keys?mine=true&sort=-name&cursor=" + forged).status(), 422);
}

}  // namespace
}  // namespace claviger::test
