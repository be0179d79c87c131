// Requests at the same time: whatever comes first, the outcome is one.
#include "installation.h"
#include "support/waiting.h"

#include <algorithm>
#include <functional>
#include <map>
#include <thread>

namespace claviger::test {
namespace {

using testing::AnyOf;
using testing::Each;

/// Sends them all at once, and returns how they were answered, in their order.
std::vector<Answer> at_once(const std::vector<std::function<Answer()>>& requests) {
  std::vector<Answer> answers(requests.size());
  std::atomic<bool> may_go = false;
  std::vector<std::thread> senders;
  for (std::size_t i = 0; i < requests.size(); ++i)
    senders.emplace_back([&, i] {
      while (!may_go) std::this_thread::yield();
      answers[i] = requests[i]();
    });
  may_go = true;
  for (std::thread& sender : senders) sender.join();
  return answers;
}

std::vector<Answer> at_once(std::size_t count, const std::function<Answer()>& request) {
  return at_once(std::vector<std::function<Answer()>>(count, request));
}

std::map<int, int> counts_of(const std::vector<Answer>& answers) {
  std::map<int, int> counts;
  for (const Answer& answer : answers) ++counts[answer.status()];
  return counts;
}

using Counts = std::map<int, int>;

class Races : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Json made_key() const { return tenant_.user.make_key(application_, body_of(30)); }

  [[nodiscard]] Json body_of(int days) const {
    Json body = key_body(api_);
    body["expiresIn"] = std::to_string(days) + 'd';
    return body;
  }

  [[nodiscard]] std::function<Answer()> change(const Json& key, const std::string& verb,
                                               const Json& body = Json::object()) const {
    return [this, path = "/v1/keys/" + key.value("id", "") + '/' + verb, body] {
      return tenant_.user.post(path, body);
    };
  }

  [[nodiscard]] Answer look(const Json& key) const {
    return tenant_.user.get("/v1/keys/" + key.value("id", ""));
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(Races, C25_OfManyWhoSetUpAtOnceOneBecomesTheAdministrator) {
  const TemporaryDirectory directory;
  const Server server({.data_dir = directory.file("data"), .state_dir = directory.file("state")});
  const std::string token = server.setup_token();
  std::atomic<int> number = 0;
  const auto answers = at_once(8, [&] {
    const std::string email = "administrator" + std::to_string(++number) + "@example.com";
    return send(
        server.endpoint(),
        {.method = "POST",
         .target = "/v1/setup",
         .body = Json({{"token", token}, {"email", email}, {"password", kPassword}}).dump()});
  });
  EXPECT_EQ(counts_of(answers), (Counts{{201, 1}, {409, 7}}));
}

TEST_F(Races, OfManyRevocationsOneHappens) {
  const Json key = made_key();
  EXPECT_EQ(counts_of(at_once(16, change(key, "revoke", {{"reason", "other"}}))),
            (Counts{{200, 1}, {409, 15}}));
}

TEST_F(Races, OfManyDeletionsOneHappens) {
  const Json key = made_key();
  ASSERT_EQ(change(key, "revoke", {{"reason", "other"}})().status(), 200);
  const std::string path = "/v1/keys/" + key.value("id", "");
  EXPECT_EQ(counts_of(at_once(16, [&] { return tenant_.user.remove(path); })),
            (Counts{{200, 1}, {404, 15}}));
}

TEST_F(Races, RotationsAtOnceLeaveNoMoreSecretsThanMayWork) {
  const Json key = made_key();
  const auto answers = at_once(16, change(key, "rotate", {{"overlap", "1h"}}));
  EXPECT_EQ(counts_of(answers), (Counts{{200, 1}, {409, 15}}));
  const Json secrets = look(key).body["secrets"];
  EXPECT_EQ(std::count_if(secrets.begin(), secrets.end(),
                          [](const Json& secret) { return !secret["revoked"].get<bool>(); }),
            2);
}

TEST_F(Races, I4_ARevokedKeyStaysRevokedWhateverComesAtTheSameTime) {
  for (int round = 0; round < 10; ++round) {
    const Json key = made_key();
    std::vector<std::function<Answer()>> requests = {
        change(key, "revoke", {{"reason", "compromised"}})};
    for (int i = 0; i < 3; ++i) {
      requests.push_back(change(key, "rotate", {{"overlap", "0"}}));
      requests.push_back(change(key, "renew", {{"expiresIn", "60d"}}));
      requests.push_back(change(key, "disable"));
      requests.push_back(change(key, "enable"));
    }
    requests.push_back([&] { return tenant_.user.remove("/v1/keys/" + key.value("id", "")); });
    const auto answers = at_once(requests);
    for (const Answer& answer : answers)
      EXPECT_THAT(answer.status(), AnyOf(200, 404, 409)) << answer.response.body;
    ASSERT_EQ(answers.front().status(), 200) << "from every status that the others lead to";
    const bool is_deleted = answers.back().status() == 200;
    const Answer now = look(key);
    EXPECT_EQ(now.status(), is_deleted ? 404 : 200);
    EXPECT_EQ(is_deleted ? "revoked" : now.body["status"], "revoked");
    // Also the secrets that the rotations have shown.
    std::vector<Json> secrets = {key["secret"]};
    for (const Answer& answer : answers)
      if (answer.body.contains("/key/secret"_json_pointer))
        secrets.push_back(answer.body["key"]["secret"]);
    for (const Json& secret : secrets)
      EXPECT_EQ(tenant_.user.verify(secret.get<std::string>(), api_)["allowed"], false);
  }
}

TEST_F(Races, TheLimitHoldsForKeysThatComeBackAtOnce) {
  std::vector<std::function<Answer()>> requests;
  for (int i = 0; i < 14; ++i) {
    const Json key = made_key();
    ASSERT_EQ(change(key, "disable")().status(), 200);
    requests.push_back(change(key, "enable"));
  }
  EXPECT_EQ(counts_of(at_once(requests)), (Counts{{200, 10}, {409, 4}}));
}

TEST_F(Races, C25_AHandoverIsAcceptedOnce) {
  const Person giver = make_person(tenant_, "Asset Provider");
  const Person receiver = make_person(tenant_, "Asset Provider");
  const std::string application = giver.session.make_application();
  const Answer offered =
      giver.session.post("/v1/users/" + giver.id + "/handover", {{"toUserId", receiver.id}});
  const std::string path = "/v1/handovers/" + offered.body.value("id", "");
  std::vector<std::function<Answer()>> requests(
      8, [&] { return receiver.session.act(path + "/accept"); });
  requests.insert(requests.end(), 8, [&] { return giver.session.act(path + "/decline"); });
  const auto answers = at_once(requests);
  EXPECT_EQ(counts_of(answers), (Counts{{200, 1}, {409, 15}}));
  const bool is_accepted = std::any_of(answers.begin(), answers.begin() + 8,
                                       [](const Answer& answer) { return answer.status() == 200; });
  EXPECT_EQ(tenant_.user.get("/v1/applications/" + application).body["ownerId"],
            is_accepted ? receiver.id : giver.id);
}

TEST_F(Races, TheLimitHoldsForApplicationsThatAreTakenOverAtOnce) {
  const Person receiver = make_person(tenant_, "Asset Consumer");
  for (int i = 0; i < 8; ++i) static_cast<void>(receiver.session.make_application());
  std::vector<std::function<Answer()>> requests;
  for (int i = 0; i < 4; ++i) {
    const Person giver = make_person(tenant_, "Asset Consumer");
    static_cast<void>(giver.session.make_application());
    const Answer offered =
        giver.session.post("/v1/users/" + giver.id + "/handover", {{"toUserId", receiver.id}});
    requests.push_back([&receiver, path = "/v1/handovers/" + offered.body.value("id", "")] {
      return receiver.session.act(path + "/accept");
    });
  }
  EXPECT_EQ(counts_of(at_once(requests)), (Counts{{200, 2}, {409, 2}}));
}

TEST_F(Races, OneAddressBecomesOneUser) {
  const Json wanted = {
      {"email", unique("dana") + "@example.com"}, {"name", "Dana"}, {"roles", {"Asset Consumer"}}};
  EXPECT_EQ(counts_of(at_once(16, [&] { return tenant_.user.post("/v1/users", wanted); })),
            (Counts{{201, 1}, {409, 15}}));
}

TEST_F(Races, TheLastTwoAdministratorsDoNotDemoteEachOther) {
  Installation alone;
  const Session& first = alone.administrator();
  const std::string first_id = first.get("/v1/me").body.value("id", "");
  const Answer second = first.post("/v1/users", {{"email", "second@example.com"},
                                                 {"name", "Second"},
                                                 {"password", kPassword},
                                                 {"roles", {"Administrator"}}});
  ASSERT_EQ(second.status(), 201) << second.response.body;
  const Session other = sign_in(alone.endpoint(), "second@example.com");
  const std::string second_id = second.body.value("id", "");
  static_cast<void>(at_once({[&] { return first.act("/v1/users/" + second_id + "/disable"); },
                             [&] { return other.act("/v1/users/" + first_id + "/disable"); }}));
  const bool one_is_left = !sign_in(alone.endpoint(), kAdministratorEmail).token().empty() ||
                           !sign_in(alone.endpoint(), "second@example.com").token().empty();
  EXPECT_TRUE(one_is_left);
}

}  // namespace
}  // namespace claviger::test
