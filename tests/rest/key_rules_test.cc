// What the design says of keys and of those who own them, where a real gateway has to show it.
#include "installation.h"
#include "protected_api.h"
#include "support/waiting.h"

#include "claviger/base/time.h"

namespace claviger::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class KeyRules : public RestTest {
 protected:
  void SetUp() override { api_id_ = tenant_.user.import_fleet(api_).value("id", ""); }

  [[nodiscard]] Json body_with(const Json& fields) const {
    Json body = key_body(api_);
    body.update(fields);
    return body;
  }

  [[nodiscard]] static std::string path_of(const Json& key) {
    return "/v1/keys/" + key.value("id", "");
  }

  [[nodiscard]] static std::vector<std::string> ids_of(const std::vector<Json>& keys) {
    std::vector<std::string> ids;
    for (const Json& key : keys) ids.push_back(key.value("id", ""));
    return ids;
  }

  /// Gives the user another role, or does something else to the account, and waits for the gateway.
  void change_user(const Person& person, const std::string& verb) const {
    const Answer answer = tenant_.user.act("/v1/users/" + person.id + '/' + verb + "?wait=applied");
    ASSERT_EQ(answer.status(), 200) << answer.response.body;
  }

  void give_role(const Person& person, const std::string& role) const {
    const Answer answer =
        tenant_.user.patch("/v1/users/" + person.id + "?wait=applied", {{"roles", {role}}});
    ASSERT_EQ(answer.status(), 200) << answer.response.body;
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const ProtectedApi gateway_{installation(), api_};
  const std::string application_ = tenant_.user.make_application();
  std::string api_id_;
};

TEST_F(KeyRules, K02_AKeyInAnothersApplicationNeedsBothUsersActive) {
  const Person owner = make_person(tenant_, "Asset Consumer");
  const Person maker = make_person(tenant_, "Organization Administrator");
  const std::string application = owner.session.make_application();
  const Json key = maker.session.make_key(application, api_);
  ASSERT_TRUE(gateway_.opens(key));
  for (const Person& person : {owner, maker}) {
    change_user(person, "disable");
    EXPECT_EQ(gateway_.call(key), 401) << person.email;
    change_user(person, "enable");
    EXPECT_EQ(gateway_.call(key), 200) << person.email;
  }
}

TEST_F(KeyRules, I6_AKeyInAnothersApplicationHasItsMakersCeiling) {
  const Person owner = make_person(tenant_, "Asset Provider");
  const Person maker = make_person(tenant_, "Organization Administrator");
  const Json key = maker.session.make_key(owner.session.make_application(), api_);
  ASSERT_TRUE(gateway_.opens(key));
  give_role(owner, "Asset Consumer");
  EXPECT_EQ(gateway_.call(key), 200) << "the owner's rights are not the key's";
  give_role(maker, "Asset Consumer");
  EXPECT_EQ(gateway_.call(key), 403);
}

TEST_F(KeyRules, I6_AConsumersKeyShrinksWithWhatItsOrganizationIsGiven) {
  const Tenant consumer = make_tenant("Asset Consumer");
  const auto give = [&](const Json& endpoints) {
    const Json most = {{"endpoints", endpoints}, {"scopes", {"*"}}};
    const Answer given = tenant_.user.put(
        "/v1/apis/" + api_id_ + "/consumption-settings?wait=applied",
        {{"consumers", {{{"organizationId", consumer.organization}, {"most", most}}}}});
    ASSERT_EQ(given.status(), 200) << given.response.body;
  };
  give({"*"});
  const Json key = consumer.user.make_key(consumer.user.make_application(), api_);
  ASSERT_TRUE(gateway_.opens(key));
  EXPECT_EQ(gateway_.call(key, "GET", "/events"), 200);
  give({"GET /events"});
  EXPECT_EQ(gateway_.call(key), 403);
  EXPECT_EQ(gateway_.call(key, "GET", "/events"), 200);
  give(Json::array());
  EXPECT_EQ(gateway_.call(key, "GET", "/events"), 403) << "an empty set is nothing";
  EXPECT_EQ(consumer.user.get(path_of(key)).body["status"], "active");
}

TEST_F(KeyRules, K04_AtTheGatewayAKeyOpensFromItsBeginningToItsEnd) {
  const Json key = tenant_.user.make_key(application_, body_with({{"expiresIn", "4s"}}));
  const Json later =
      tenant_.user.make_key(application_, body_with({{"notBefore", "2099-01-01T00:00:00Z"}}));
  ASSERT_TRUE(gateway_.opens(key));
  ASSERT_TRUE(eventually([&] { return gateway_.call(key) == 401; })) << "without any job";
  EXPECT_EQ(gateway_.call(later), 401);
  const Answer renewed =
      tenant_.user.post(path_of(key) + "/renew?wait=applied", {{"expiresIn", "1h"}});
  ASSERT_EQ(renewed.status(), 200) << renewed.response.body;
  EXPECT_EQ(gateway_.call(key), 200) << "the same secret";
}

TEST_F(KeyRules, K04_ARenewalCountsFromItselfAndACreationFromTheSecret) {
  const auto seconds_until = [](const Json& from, const Json& to) {
    const auto parse = [](const Json& text) {
      return std::chrono::floor<std::chrono::seconds>(
          parse_rfc3339(text.get<std::string>()).value_or(Time()));
    };
    return (parse(to) - parse(from)).count();
  };
  const Json key = tenant_.user.make_key(application_, body_with({{"expiresIn", "30d"}}));
  EXPECT_NEAR(static_cast<double>(seconds_until(key["createdAt"], key["expiresAt"])), 30 * 86400,
              1);
  const Answer renewed = tenant_.user.post(path_of(key) + "/renew", {{"expiresIn", "1d"}});
  ASSERT_EQ(renewed.status(), 200) << renewed.response.body;
  EXPECT_NEAR(
      static_cast<double>(seconds_until(key["createdAt"], renewed.body["key"]["expiresAt"])), 86400,
      5)
      << "not from the expiry before";
}

TEST_F(KeyRules, AReadOnlyKeyReadsAtTheGatewayAndAnAllowListHolds) {
  const Json reading = tenant_.user.make_key(application_, body_with({{"readOnly", true}}));
  ASSERT_TRUE(gateway_.opens(reading));
  EXPECT_EQ(gateway_.call(reading, "POST"), 403);
  EXPECT_EQ(gateway_.call(reading, "HEAD"), 200);
  const Json elsewhere =
      tenant_.user.make_key(application_, body_with({{"allowedIps", {"10.0.0.0/8"}}}));
  EXPECT_TRUE(eventually([&] { return gateway_.call(elsewhere) == 403; }));
}

// docs/threats.md, K08: every call is decided by itself, whatever came before it.
TEST_F(KeyRules, K08_NoAnswerIsAnothersHoweverCallsFollowEachOther) {
  Json narrow_body = key_body(api_);
  narrow_body["grants"][0]["endpoints"] = {"GET /devices"};
  const Json narrow = tenant_.user.make_key(application_, narrow_body);
  const Json wide = tenant_.user.make_key(application_, api_);
  Json unknown = wide;
  unknown["secret"] = wide.value("secret", "").replace(10, 4, "0000");
  ASSERT_TRUE(gateway_.opens(narrow));
  ASSERT_TRUE(gateway_.opens(wide));

  struct Call {
    Json key;
    std::string method;
    std::string target;
    int status;
  };

  const std::vector<Call> calls = {
      {wide, "GET", "/devices", 200},        {narrow, "GET", "/devices", 200},
      {unknown, "GET", "/devices", 401},     {wide, "DELETE", "/devices/1", 200},
      {narrow, "DELETE", "/devices/1", 403}, {narrow, "GET", "/devices/1", 403},
      {wide, "GET", "/devices?id=1", 200},   {unknown, "DELETE", "/devices/1", 401},
      {narrow, "POST", "/devices", 403},     {wide, "POST", "/devices", 200}};
  // Each after each.
  for (std::size_t step = 1; step < calls.size(); ++step) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const Call& call = calls[i * step % calls.size()];
      EXPECT_EQ(gateway_.call(call.key, call.method, call.target), call.status)
          << call.method << ' ' << call.target;
    }
  }
}

TEST_F(KeyRules, ARevokedKeyLeavesItsApplicationAndStaysInTheBrowser) {
  const Json key = tenant_.user.make_key(application_, api_);
  const Json other = tenant_.user.make_key(application_, api_);
  ASSERT_EQ(tenant_.user.post(path_of(key) + "/revoke", {{"reason", "superseded"}}).status(), 200);
  const std::string id = key.value("id", "");
  const std::string table = "/v1/applications/" + application_ + "/keys";
  EXPECT_THAT(ids_of(tenant_.user.list(table)), ElementsAre(other.value("id", "")));
  EXPECT_THAT(ids_of(tenant_.user.list("/v1/keys?applicationId=" + application_)),
              Not(Contains(id)));
  EXPECT_THAT(ids_of(tenant_.user.list("/v1/keys")), Contains(id));
  EXPECT_THAT(ids_of(tenant_.user.list("/v1/keys?status=revoked")), ElementsAre(id));
  EXPECT_THAT(ids_of(tenant_.user.list("/v1/apis/" + api_id_ + "/keys")), Contains(id));
}

TEST_F(KeyRules, ARevocationTakesOneOfTheReasonsAndSaysWhich) {
  for (const char* reason :
       {"compromised", "superseded", "contract_ended", "owner_left", "api_defect", "other"}) {
    const Json key = tenant_.user.make_key(application_, api_);
    const Answer revoked =
        tenant_.user.post(path_of(key) + "/revoke", {{"reason", reason}, {"comment", "seen"}});
    ASSERT_EQ(revoked.status(), 200) << reason << revoked.response.body;
    EXPECT_EQ(revoked.body["key"]["revokeReason"], reason);
    EXPECT_EQ(revoked.body["key"]["revokeComment"], "seen");
    EXPECT_TRUE(revoked.body["key"]["revokedAt"].is_string());
  }
  const Json key = tenant_.user.make_key(application_, api_);
  EXPECT_THAT(tenant_.user.post(path_of(key) + "/revoke", {{"reason", "boredom"}}).faults(),
              ElementsAre(HasSubstr("/reason ")));
}

TEST_F(KeyRules, ASuccessorNeedsRoomLikeAnyOtherKey) {
  std::vector<Json> keys;
  for (int i = 0; i < 10; ++i) keys.push_back(tenant_.user.make_key(application_, api_));
  EXPECT_EQ(tenant_.user.post(path_of(keys[0]) + "/successor", {{"overlap", "1h"}}).code(),
            "limit-reached");
  EXPECT_EQ(tenant_.user.get(path_of(keys[0])).body["expiresAt"], nullptr)
      << "what is refused changes nothing";
  EXPECT_EQ(tenant_.user.post(path_of(keys[0]) + "/successor", {{"overlap", "0"}}).status(), 201)
      << "the old one ends with it";
}

TEST_F(KeyRules, K05_AKeyThatWasRevokedOrDeletedIsNeverImportedAgain) {
  const std::string secret = unique("an-old-systems-key-0123456789abcdef");
  const auto import = [&] {
    Json key = key_body(api_);
    key["secret"] = secret;
    return tenant_.user.post("/v1/keys/import", {{"applicationId", application_}, {"keys", {key}}});
  };
  const Answer imported = import();
  ASSERT_EQ(imported.status(), 201) << imported.response.body;
  const Json key = {{"id", imported.body["keys"][0]["id"]}, {"secret", secret}};
  ASSERT_TRUE(gateway_.opens(key));
  ASSERT_EQ(
      tenant_.user.post(path_of(key) + "/revoke?wait=applied", {{"reason", "other"}}).status(),
      200);
  EXPECT_EQ(gateway_.call(key), 401);
  EXPECT_EQ(import().status(), 409);
  ASSERT_EQ(tenant_.user.remove(path_of(key) + "?wait=applied").status(), 200);
  EXPECT_EQ(import().status(), 409);
  EXPECT_EQ(gateway_.call(key), 401);
}

TEST_F(KeyRules, TheTwelvePermissionsAreListedByTheirNames) {
  std::vector<std::string> names;
  for (const Json& permission : tenant_.user.list("/v1/permissions"))
    names.push_back(permission["name"]);
  ASSERT_GE(names.size(), 12U);
  names.resize(12);
  EXPECT_THAT(
      names,
      ElementsAre("View applications", "Create application", "Edit application",
                  "Revoke application", "View access keys for any application",
                  "View access keys for my applications", "Create access keys for any application",
                  "Create access keys for my application", "Edit access keys for any application",
                  "Edit access keys for my application", "Revoke access keys for any application",
                  "Revoke access keys for my applications"));
}

TEST_F(KeyRules, AColleaguesKeysAreNotSoughtWithoutTheWiderPermission) {
  const Person consumer = make_person(tenant_, "Asset Consumer");
  static_cast<void>(tenant_.user.make_key(application_, api_));
  const std::string owner = tenant_.user.get("/v1/me").body["id"];
  for (const std::string& target :
       {"/v1/applications/" + application_ + "/keys", "/v1/keys?applicationId=" + application_,
        "/v1/keys/counts?applicationId=" + application_, "/v1/keys?ownerId=" + owner,
        "/v1/keys/counts?ownerId=" + owner, "/v1/keys?applicationOwnerId=" + owner,
        "/v1/keys/counts?applicationOwnerId=" + owner}) {
    const Answer refused = consumer.session.get(target);
    EXPECT_EQ(refused.status(), 403) << target << refused.response.body;
    EXPECT_THAT(refused.body.value("detail", ""),
                HasSubstr("\"View access keys for any application\""));
  }
  EXPECT_EQ(consumer.session.get("/v1/keys?ownerId=" + consumer.id).status(), 200);
}

TEST_F(KeyRules, TheOwnerOfAKeyIsItsMakerAlsoInFilters) {
  const Json mine = tenant_.user.make_key(application_, api_);
  const Person maker = make_person(tenant_, "Organization Administrator");
  const Json theirs = maker.session.make_key(application_, api_);
  const std::string owner = tenant_.user.get("/v1/me").body["id"];
  const std::string keys = "/v1/applications/" + application_ + "/keys";
  for (const std::string& list : {std::string("/v1/keys"), keys}) {
    const Json made = tenant_.user.list(list + "?ownerId=" + maker.id);
    ASSERT_EQ(made.size(), 1U) << list;
    EXPECT_EQ(made[0]["id"], theirs["id"]);
    EXPECT_EQ(made[0]["ownerId"], maker.id);
    EXPECT_EQ(tenant_.user.list(list + "?ownerId=" + owner)[0]["id"], mine["id"]);
    EXPECT_EQ(tenant_.user.list(list + "?applicationOwnerId=" + owner).size(), 2U) << list;
    EXPECT_TRUE(tenant_.user.list(list + "?applicationOwnerId=" + maker.id).empty()) << list;
  }
  const auto active = [&](const std::string& filter) {
    return tenant_.user.get("/v1/keys/counts?" + filter).body.value("active", -1);
  };
  EXPECT_EQ(active("ownerId=" + maker.id), 1);
  EXPECT_EQ(active("applicationOwnerId=" + owner), 2);
}

TEST_F(KeyRules, WhatIsRevokedIsNotDisabledAmongOthers) {
  const Json key = tenant_.user.make_key(application_, api_);
  const Json other = tenant_.user.make_key(application_, api_);
  ASSERT_EQ(tenant_.user.post(path_of(key) + "/revoke", {{"reason", "other"}}).status(), 200);
  const Answer refused = tenant_.user.post("/v1/keys/disable", {{"ids", {other["id"], key["id"]}}});
  EXPECT_EQ(refused.status(), 409);
  EXPECT_THAT(refused.faults(), ElementsAre("/ids/1 wrong-status"));
  EXPECT_EQ(tenant_.user.get(path_of(other)).body["status"], "active") << "all or none";
}

}  // namespace
}  // namespace claviger::test
