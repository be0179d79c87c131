// The end of a user: what would stop with it, and how applications are handed over before.
#include "installation.h"
#include "protected_api.h"
#include "support/waiting.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;

class Handovers : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const ProtectedApi gateway_{installation(), api_};
};

TEST_F(Handovers, ALookBeforeADeletionShowsWhatWouldStop) {
  const Person dana = make_person(tenant_, "Asset Provider");
  const std::string application = dana.session.make_application("reports");
  static_cast<void>(dana.session.make_key(application, api_));
  const std::string path = "/v1/users/" + dana.id + "/deletion-impact";
  const Answer impact = tenant_.user.get(path);
  ASSERT_EQ(impact.status(), 200) << impact.response.body;
  EXPECT_EQ(impact.body["applicationCount"], 1);
  EXPECT_EQ(impact.body["keys"], 1);
  EXPECT_EQ(impact.body["keysElsewhere"], 0);
  EXPECT_EQ(impact.body["applications"][0]["name"], "reports");
  EXPECT_EQ(dana.session.get(path).status(), 200) << "one's own";
  EXPECT_EQ(make_user(tenant_, "Asset Consumer").get(path).status(), 403);
  EXPECT_EQ(make_tenant().user.get(path).status(), 404);
}

TEST_F(Handovers, ALookBeforeADeletionShowsTheCallsThatWouldFail) {
  const Person dana = make_person(tenant_, "Asset Provider");
  const Json key = dana.session.make_key(dana.session.make_application(), api_);
  const auto calls = [&] {
    return tenant_.user.get("/v1/users/" + dana.id + "/deletion-impact").body["callsInLast30Days"];
  };
  // A call is counted when its answer is out.
  const auto counts = [&](int number) {
    return eventually([&] { return calls()["atLeast"] == number; }) && calls()["atMost"] == number;
  };
  EXPECT_TRUE(counts(0)) << calls();
  ASSERT_TRUE(gateway_.opens(key));
  EXPECT_TRUE(counts(1)) << calls();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(gateway_.call(key), 200);
  EXPECT_TRUE(counts(4)) << calls();
  EXPECT_TRUE(calls()["countedSince"].is_string());
}

TEST_F(Handovers, HandedOverApplicationsOutliveTheirGiver) {
  const Person giver = make_person(tenant_, "Asset Provider");
  const Person receiver = make_person(tenant_, "Asset Provider");
  const std::string application = giver.session.make_application();
  const Json key = giver.session.make_key(application, api_);
  ASSERT_TRUE(gateway_.opens(key));
  const Answer offered =
      tenant_.user.post("/v1/users/" + giver.id + "/handover", {{"toUserId", receiver.id}});
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  const std::string path = "/v1/handovers/" + offered.body.value("id", "");
  EXPECT_EQ(giver.session.act(path + "/accept").status(), 404) << "only the receiver accepts";
  EXPECT_EQ(receiver.session.list("/v1/handovers").size(), 1U);
  const Answer accepted = receiver.session.act(path + "/accept?wait=applied");
  ASSERT_EQ(accepted.status(), 200) << accepted.response.body;
  EXPECT_EQ(accepted.body["handover"]["status"], "accepted");
  EXPECT_EQ(receiver.session.act(path + "/accept").status(), 409) << "once";
  ASSERT_EQ(tenant_.user.remove("/v1/users/" + giver.id + "?wait=applied").status(), 200);
  EXPECT_EQ(gateway_.call(key), 200);
  EXPECT_EQ(receiver.session.get("/v1/applications/" + application).body["ownerId"], receiver.id);
}

TEST_F(Handovers, AHandedOverKeyMayDoNoMoreThanItsNewOwner) {
  const Person giver = make_person(tenant_, "Asset Provider");
  const Person receiver = make_person(tenant_, "Asset Consumer");
  const Json key = giver.session.make_key(giver.session.make_application(), api_);
  ASSERT_TRUE(gateway_.opens(key));
  hand_over(giver, receiver);
  EXPECT_EQ(gateway_.call(key), 403);
}

TEST_F(Handovers, K02_AnOfferEndsWithItsGiver) {
  const Person giver = make_person(tenant_, "Asset Provider");
  const Person receiver = make_person(tenant_, "Asset Provider");
  const Json key = giver.session.make_key(giver.session.make_application(), api_);
  ASSERT_TRUE(gateway_.opens(key));
  const auto offered_by = [&](const Session& user) {
    const Answer offered =
        user.post("/v1/users/" + giver.id + "/handover", {{"toUserId", receiver.id}});
    EXPECT_EQ(offered.status(), 201) << offered.response.body;
    return "/v1/handovers/" + offered.body.value("id", "");
  };
  const std::string before = offered_by(giver.session);
  ASSERT_EQ(tenant_.user.act("/v1/users/" + giver.id + "/disable?wait=applied").status(), 200);
  EXPECT_EQ(receiver.session.act(before + "/accept").status(), 409);
  EXPECT_EQ(receiver.session.list("/v1/handovers").front()["status"], "withdrawn");
  EXPECT_EQ(gateway_.call(key), 401);
  const std::string by_who_manages = offered_by(tenant_.user);
  EXPECT_EQ(receiver.session.act(by_who_manages + "/accept?wait=applied").status(), 200);
  EXPECT_EQ(gateway_.call(key), 200);
}

TEST_F(Handovers, WhatIsTakenOverIsInTheAuditOfEachThing) {
  const Person giver = make_person(tenant_, "Asset Provider");
  const Person receiver = make_person(tenant_, "Asset Provider");
  const std::string stays = giver.session.make_application();
  const std::string goes = giver.session.make_application();
  const Json key = giver.session.make_key(goes, api_);
  const std::string user = "/v1/users/" + giver.id;
  const Answer offered = giver.session.post(user + "/handover", {{"toUserId", receiver.id}});
  const std::string handover = offered.body.value("id", "");
  ASSERT_EQ(giver.session.act("/v1/applications/" + stays + "/revoke").status(), 200);
  ASSERT_EQ(receiver.session.act("/v1/handovers/" + handover + "/accept").status(), 200);
  const auto newest = [&](const std::string& target) {
    const std::vector<Json> rows = tenant_.user.list("/v1/audit?targetId=" + target);
    return rows.empty() ? Json() : rows.front();
  };
  EXPECT_EQ(newest(handover)["changes"]["applications"]["after"], Json({goes}));
  const Json to_receiver = {{"before", giver.id}, {"after", receiver.id}};
  for (const std::string& target : {goes, key.value("id", "")})
    EXPECT_EQ(newest(target)["changes"]["ownerId"], to_receiver) << newest(target);
  EXPECT_EQ(newest(stays)["action"], "application.revoke");
}

// More of them than one list holds.
TEST(Handover, EachOfManyApplicationsCanBeNamed) {
  Installation installation(
      {"CLAVIGER__LIMITS__APPLICATIONS_PER_USER=0", "CLAVIGER__LIMITS__CHANGES_PER_MINUTE=0"});
  const Session& giver = installation.administrator();
  const Answer receiver = giver.post(
      "/v1/users",
      {{"email", "receiver@example.com"}, {"name", "Receiver"}, {"roles", {"Asset Consumer"}}});
  ASSERT_EQ(receiver.status(), 201) << receiver.response.body;
  std::string last;
  for (int i = 0; i < 102; ++i) last = giver.make_application();
  const std::string target = "/v1/users/" + giver.get("/v1/me").body.value("id", "") + "/handover";
  const auto offer = [&](const Json& applications) {
    return giver.post(target, {{"toUserId", receiver.body["id"]}, {"applications", applications}});
  };
  const Answer offered = offer({last});
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  EXPECT_EQ(offered.body["applications"], Json({last}));
  ASSERT_EQ(giver.act("/v1/applications/" + last + "/revoke").status(), 200);
  EXPECT_THAT(offer({last}).faults(), ElementsAre("/applications/0 not-the-givers"));
}

TEST_F(Handovers, AHandoverIsDeclinedOrWithdrawn) {
  const Person giver = make_person(tenant_, "Asset Consumer");
  const Person receiver = make_person(tenant_, "Asset Consumer");
  static_cast<void>(giver.session.make_application());
  const auto offer = [&](const Json& to) {
    return giver.session.post("/v1/users/" + giver.id + "/handover", {{"toUserId", to}});
  };
  EXPECT_EQ(offer(giver.id).status(), 409);
  EXPECT_EQ(offer("usr_x").status(), 422);
  const std::string first = "/v1/handovers/" + offer(receiver.id).body.value("id", "");
  EXPECT_EQ(receiver.session.act(first + "/decline").body["status"], "declined");
  const std::string second = "/v1/handovers/" + offer(receiver.id).body.value("id", "");
  EXPECT_EQ(giver.session.act(second + "/decline").body["status"], "withdrawn");
  EXPECT_EQ(receiver.session.act(second + "/accept").status(), 409);
  EXPECT_EQ(make_user(tenant_, "Asset Consumer").act(second + "/decline").status(), 404);
}

TEST_F(Handovers, AnApplicationWaitsForOneAnswerAtATime) {
  const Person giver = make_person(tenant_, "Asset Consumer");
  const Person receiver = make_person(tenant_, "Asset Consumer");
  const std::string first = giver.session.make_application();
  const std::string path = "/v1/users/" + giver.id + "/handover";
  const Json body = {{"toUserId", receiver.id}, {"applications", {first}}};
  const Answer offered = giver.session.post(path, body);
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  EXPECT_EQ(giver.session.post(path, body).code(), "conflict");
  EXPECT_EQ(giver.session.post(path, {{"toUserId", receiver.id}}).code(), "conflict");
  const std::string second = giver.session.make_application();
  const Answer rest = giver.session.post(path, {{"toUserId", receiver.id}});
  EXPECT_EQ(rest.body["applications"], Json({second})) << "what is not offered yet";
  ASSERT_EQ(
      giver.session.act("/v1/handovers/" + offered.body.value("id", "") + "/decline").status(),
      200);
  EXPECT_EQ(giver.session.post(path, body).status(), 201);
  const Answer by_manager = tenant_.user.post(path, body);
  EXPECT_EQ(by_manager.status(), 201) << "it takes the place of those before";
}

}  // namespace
}  // namespace claviger::test
