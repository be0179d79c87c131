// What becomes of a key: edited, renewed, rotated, stopped and deleted, and what its secrets open
// then, also at a real gateway.
#include "installation.h"
#include "support/nginx.h"
#include "support/waiting.h"

#include <thread>

namespace claviger::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class KeyLife : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Json make(const Json& fields = Json::object()) const {
    Json body = key_body(api_);
    body.update(fields);
    return tenant_.user.make_key(application_, body);
  }

  [[nodiscard]] static std::string path(const Json& key, const std::string& rest = "") {
    return "/v1/keys/" + key.value("id", "") + rest;
  }

  [[nodiscard]] Answer change(const Json& key, const std::string& verb,
                              const Json& body = Json::object()) const {
    return tenant_.user.post(path(key, "/" + verb), body);
  }

  [[nodiscard]] Json made_and_revoked() const {
    Json key = make();
    EXPECT_EQ(change(key, "revoke", {{"reason", "other"}}).status(), 200);
    return key;
  }

  [[nodiscard]] std::string reason(const Json& secret) const {
    return tenant_.user.verify(secret.get<std::string>(), api_)["reason"];
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(KeyLife, AnEditReachesNamesAndAddressesAndNoRight) {
  const Json key = make({{"metadata", {{"team", "blue"}}}});
  EXPECT_EQ(key["metadata"], Json({{"team", "blue"}}));
  const Answer edited =
      tenant_.user.patch(path(key, "?wait=applied"), {{"name", "renamed"},
                                                      {"description", ""},
                                                      {"metadata", {{"team", "red"}, {"x", ""}}},
                                                      {"allowedIps", {"10.0.0.0/8"}}});
  ASSERT_EQ(edited.status(), 200) << edited.response.body;
  EXPECT_TRUE(edited.body.contains("receipt"));
  const Json now = tenant_.user.get(path(key)).body;
  EXPECT_EQ(now["name"], "renamed");
  EXPECT_EQ(now["metadata"], Json({{"team", "red"}, {"x", ""}}));
  EXPECT_EQ(now["allowedIps"], Json({"10.0.0.0/8"}));
  EXPECT_EQ(reason(key["secret"]), "address-not-allowed");
  for (const char* field : {"grants", "scopes", "readOnly", "notBefore", "expiresAt", "expiresIn"})
    EXPECT_THAT(tenant_.user.patch(path(key), {{field, nullptr}}).faults(),
                ElementsAre(std::string("/") + field + " immutable"));
  for (const Json& metadata : {Json("x"), Json({{"a", 1}}), Json({{"", "x"}}),
                               Json({{"a", std::string(501, 'x')}}), Json({{"a", "b\nc"}})})
    EXPECT_THAT(tenant_.user.patch(path(key), {{"metadata", metadata}}).faults(),
                ElementsAre("/metadata not-metadata"));
  EXPECT_EQ(tenant_.user.patch(path(made_and_revoked()), {{"name", "x"}}).status(), 409);
}

// docs/threats.md, Z02: whose a key is comes from whoever is signed in.
TEST_F(KeyLife, Z02_NobodyGivesAKeyAwayByNamingAnother) {
  const Json key = make();
  for (const char* field : {"ownerId", "organizationId", "makerId", "applicationId", "status",
                            "state", "secret", "id", "lastUsedAt", "successorId"}) {
    Json body = key_body(api_);
    body[field] = "usr_00000000000000000000000000";
    EXPECT_THAT(tenant_.user.post("/v1/applications/" + application_ + "/keys", body).faults(),
                ElementsAre(std::string("/") + field + " unknown-field"));
    EXPECT_THAT(tenant_.user.patch(path(key), {{field, "x"}}).faults(),
                ElementsAre(std::string("/") + field + " unknown-field"));
  }
}

TEST_F(KeyLife, ARenewalGivesTheSameSecretAnotherExpiry) {
  const Json key = make({{"expiresIn", "1h"}});
  const Answer renewed = change(key, "renew?wait=applied", {{"expiresAt", "2099-01-01T00:00:00Z"}});
  ASSERT_EQ(renewed.status(), 200) << renewed.response.body;
  EXPECT_EQ(renewed.body["key"]["expiresAt"], "2099-01-01T00:00:00Z");
  EXPECT_FALSE(renewed.body["key"].contains("secret"));
  EXPECT_EQ(reason(key["secret"]), "allowed");
  EXPECT_EQ(change(key, "renew", {{"expiresIn", "30d"}}).status(), 200);
  EXPECT_THAT(change(key, "renew", Json::object()).faults(), ElementsAre("/expiresAt required"));
  EXPECT_THAT(change(key, "renew", {{"expiresAt", "2001-01-01T00:00:00Z"}}).faults(),
              ElementsAre("/expiresAt never-valid"));
  EXPECT_EQ(change(key, "renew", {{"expiresIn", "1d"}, {"expiresAt", nullptr}}).status(), 422);
  ASSERT_EQ(change(key, "renew", {{"expiresAt", nullptr}}).status(), 200) << "never";
  EXPECT_EQ(change(key, "renew", {{"expiresIn", "1d"}}).status(), 409) << "it never expires";
  EXPECT_EQ(change(made_and_revoked(), "renew", {{"expiresIn", "1d"}}).status(), 409);
}

// docs/threats.md, K04: no job has to run, and nothing has to be told, for a key to stop.
TEST_F(KeyLife, K04_AnExpiredKeyStopsByItselfAndOnlyARenewalWithinTheLimitBringsItBack) {
  const Json key = make({{"expiresIn", "1s"}});
  ASSERT_TRUE(eventually([&] { return reason(key["secret"]) == "key-expired"; }));
  EXPECT_EQ(tenant_.user.get(path(key)).body["status"], "expired");
  EXPECT_EQ(change(key, "rotate").status(), 409);
  EXPECT_EQ(change(key, "disable").status(), 409);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(make().empty());
  EXPECT_EQ(change(key, "renew", {{"expiresIn", "1h"}}).code(), "limit-reached");
  EXPECT_EQ(reason(key["secret"]), "key-expired");
  const Json other = tenant_.user.list("/v1/applications/" + application_ + "/keys").back();
  ASSERT_EQ(change(other, "revoke", {{"reason", "other"}}).status(), 200);
  ASSERT_EQ(change(key, "renew?wait=applied", {{"expiresIn", "1h"}}).status(), 200);
  EXPECT_EQ(reason(key["secret"]), "allowed");
}

TEST_F(KeyLife, K11_ARotationShowsTheNewSecretOnceAndLeavesTheOldOneItsOverlap) {
  const Json key = make();
  const Answer rotated = change(key, "rotate?wait=applied", {{"overlap", "1h"}});
  ASSERT_EQ(rotated.status(), 200) << rotated.response.body;
  EXPECT_EQ(rotated.response.header("Cache-Control"), "no-store");
  const std::string secret = rotated.body["key"]["secret"];
  EXPECT_EQ(rotated.body["key"]["id"], key["id"]);
  EXPECT_EQ(reason(key["secret"]), "allowed");
  EXPECT_EQ(reason(secret), "allowed");
  const Answer shown = tenant_.user.get(path(key));
  EXPECT_THAT(shown.response.body, Not(HasSubstr(secret.substr(7))));
  ASSERT_EQ(shown.body["secrets"].size(), 2U);
  const Json& old = shown.body["secrets"][0];
  EXPECT_EQ(old["lastFour"], key["lastFour"]);
  EXPECT_TRUE(old["notAfter"].is_string());
  EXPECT_TRUE(shown.body["secrets"][1]["notAfter"].is_null());
  EXPECT_EQ(shown.body["lastFour"], secret.substr(secret.size() - 4));
  EXPECT_EQ(change(key, "rotate", {{"overlap", "1h"}}).status(), 409) << "two work already";
  EXPECT_EQ(change(key, "rotate", {{"overlap", "31d"}}).status(), 422);

  const std::string end = "secrets/" + old.value("id", "") + "/revoke";
  const std::string end_present = "secrets/" + shown.body["secrets"][1].value("id", "") + "/revoke";
  EXPECT_EQ(change(key, end_present).status(), 409) << "a key keeps its present secret";
  EXPECT_EQ(change(key, "secrets/sec_00000000000000000000000000/revoke").status(), 404);
  const Answer ended = change(key, end + "?wait=applied");
  ASSERT_EQ(ended.status(), 200) << ended.response.body;
  EXPECT_EQ(ended.body["receipt"]["gateways"][0]["state"], "applied");
  EXPECT_NE(reason(key["secret"]), "allowed");
  EXPECT_EQ(reason(secret), "allowed");
  EXPECT_EQ(change(key, end).status(), 409);

  const Answer at_once = change(key, "rotate?wait=applied", {{"overlap", "0"}});
  ASSERT_EQ(at_once.status(), 200);
  EXPECT_EQ(reason(secret), "secret-retired");
  EXPECT_EQ(reason(at_once.body["key"]["secret"]), "allowed");
}

TEST_F(KeyLife, OnlyWhatIsRevokedCanBeDeletedAndItsSecretNeverOpensAgain) {
  const Json key = make();
  EXPECT_EQ(tenant_.user.remove(path(key)).status(), 409);
  ASSERT_EQ(change(key, "revoke", {{"reason", "other"}}).status(), 200);
  const Answer deleted = tenant_.user.remove(path(key, "?wait=applied"));
  ASSERT_EQ(deleted.status(), 200) << deleted.response.body;
  EXPECT_EQ(deleted.body["deleted"], 1);
  EXPECT_EQ(deleted.body["receipt"]["gateways"][0]["state"], "applied");
  EXPECT_EQ(tenant_.user.get(path(key)).status(), 404);
  EXPECT_EQ(tenant_.user.remove(path(key)).status(), 404);
  EXPECT_NE(reason(key["secret"]), "allowed");
  EXPECT_THAT(tenant_.user.list("/v1/keys"), IsEmpty());
}

TEST_F(KeyLife, SeveralKeysAreDeletedTogetherOrNotAtAll) {
  const Json first = made_and_revoked();
  const Json active = make();
  const Json second = made_and_revoked();
  const Json gone = "key_00000000000000000000000000";
  const auto remove = [&](const Json& ids) {
    return tenant_.user.post("/v1/keys/delete", {{"ids", ids}});
  };
  const Answer refused = remove({first["id"], active["id"], second["id"], gone});
  EXPECT_EQ(refused.status(), 409);
  EXPECT_THAT(refused.faults(), ElementsAre("/ids/1 wrong-status", "/ids/3 not-found"));
  EXPECT_EQ(tenant_.user.list("/v1/keys").size(), 3U);
  EXPECT_EQ(remove(Json::array({gone})).status(), 404);
  EXPECT_EQ(remove(Json::array()).status(), 422);
  EXPECT_THAT(remove({first["id"], 1, second["id"], "key_x"}).faults(),
              ElementsAre("/ids/1 wrong-type", "/ids/3 not-an-id"));
  EXPECT_EQ(remove(std::vector<std::string>(1001, gone)).status(), 422);
  const Answer deleted = remove({first["id"], second["id"], first["id"]});
  ASSERT_EQ(deleted.status(), 200) << deleted.response.body;
  EXPECT_EQ(deleted.body["deleted"], 2);
}

TEST_F(KeyLife, SeveralKeysAreStoppedTogetherOrNotAtAll) {
  const Json first = make();
  const Json second = make();
  const Json revoked = made_and_revoked();
  const auto stop = [&](const std::string& verb, const Json& ids) {
    return tenant_.user.post(
        "/v1/keys/" + verb + "?wait=applied",
        verb == "disable" ? Json{{"ids", ids}} : Json{{"ids", ids}, {"reason", "compromised"}});
  };
  EXPECT_THAT(stop("revoke", {first["id"], revoked["id"]}).faults(),
              ElementsAre("/ids/1 wrong-status"));
  EXPECT_EQ(reason(first["secret"]), "allowed");
  ASSERT_EQ(stop("disable", {first["id"], second["id"]}).status(), 200);
  EXPECT_EQ(reason(second["secret"]), "key-disabled");
  const Answer all = stop("revoke", {first["id"], second["id"]});
  ASSERT_EQ(all.status(), 200) << all.response.body;
  EXPECT_EQ(all.body["receipt"]["gateways"][0]["state"], "applied");
  for (const Json& key : all.body["keys"]) EXPECT_EQ(key["revokeReason"], "compromised");
  EXPECT_EQ(reason(first["secret"]), "key-revoked");
}

TEST_F(KeyLife, ForeignKeysAreAbsentAndOthersNeedTheWiderPermission) {
  const Json key = make();
  const Tenant stranger = make_tenant();
  const Session colleague = make_user(tenant_, "Asset Consumer");
  const Session auditor = make_user(tenant_, "Auditor");

  struct Act {
    std::string method;
    std::string rest;
    Json body;
  };

  for (const Act& act :
       {Act{"PATCH", "", {{"name", "x"}}}, Act{"PATCH", "", {{"allowedIps", nullptr}}},
        Act{"POST", "/renew", {{"expiresIn", "1d"}}}, Act{"POST", "/rotate", Json::object()},
        Act{"POST", "/disable", Json::object()}, Act{"POST", "/enable", Json::object()},
        Act{"POST", "/revoke", {{"reason", "other"}}},
        Act{"POST", "/secrets/sec_00000000000000000000000000/revoke", Json::object()}}) {
    const HttpRequest request{
        .method = act.method, .target = path(key, act.rest), .body = act.body.dump()};
    EXPECT_EQ(stranger.user.send(request).status(), 404) << act.rest;
    EXPECT_EQ(colleague.send(request).status(), 404) << act.rest;
    EXPECT_EQ(auditor.send(request).status(), 403) << act.rest;
    EXPECT_EQ(send(endpoint(), request).status(), 401) << act.rest;
    HttpRequest broken = request;
    broken.body = "{";
    EXPECT_EQ(tenant_.user.send(broken).status(), 400) << act.rest;
  }
  EXPECT_EQ(stranger.user.remove(path(key)).status(), 404);
  EXPECT_EQ(auditor.remove(path(key)).status(), 403);
  EXPECT_EQ(reason(key["secret"]), "allowed");
}

// docs/threats.md, K01: at a real gateway, from the receipt on.
TEST_F(KeyLife, K01_NoSecretOpensTheGatewayAfterItsKeyOrItselfWasStopped) {
  const Nginx nginx({.http = "claviger_state " + installation().state_dir() + R"(;
      server { listen unix:{dir}/api.sock; location / { return 200 "ok"; } }
      server {
        listen unix:{dir}/http.sock;
        location / { claviger api )" +
                             api_ + R"(; proxy_pass http://unix:{dir}/api.sock; }
      })"});
  const Endpoint gateway = nginx.socket("http.sock");
  const auto status = [&](const Json& secret) {
    return ask(gateway, {.target = "/devices",
                         .headers = {{"Authorization", "Bearer " + secret.get<std::string>()}}})
        .status;
  };
  const Json key = make();
  ASSERT_TRUE(eventually([&] { return status(key["secret"]) == 200; }));
  ASSERT_EQ(change(key, "disable?wait=applied").status(), 200);
  EXPECT_EQ(status(key["secret"]), 401);
  ASSERT_EQ(change(key, "enable?wait=applied").status(), 200);
  EXPECT_EQ(status(key["secret"]), 200);
  const Answer rotated = change(key, "rotate?wait=applied", {{"overlap", "0"}});
  ASSERT_EQ(rotated.status(), 200);
  const Json secret = rotated.body["key"]["secret"];
  EXPECT_EQ(status(key["secret"]), 401);
  EXPECT_EQ(status(secret), 200);
  // Without waiting in between: the gateway may hear of both at once.
  ASSERT_EQ(change(key, "revoke", {{"reason", "other"}}).status(), 200);
  ASSERT_EQ(tenant_.user.remove(path(key, "?wait=applied")).status(), 200);
  EXPECT_EQ(status(secret), 401);
  EXPECT_EQ(status(key["secret"]), 401);
}

TEST_F(KeyLife, ASuccessorTakesOverWithOtherRightsWhileTheOldOneGoesOnForAWhile) {
  const Json key = make({{"description", "nightly"}, {"metadata", {{"team", "blue"}}}});
  const Json narrow = {
      {"api", api_}, {"endpoints", {"GET /devices"}}, {"scopes", {"devices:read"}}};
  const Answer made =
      change(key, "successor", {{"overlap", "2h"}, {"grants", Json::array({narrow})}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.body["predecessorId"], key["id"]);
  EXPECT_EQ(made.body["description"], "nightly");
  EXPECT_EQ(made.body["metadata"], key["metadata"]);
  EXPECT_EQ(made.body["grants"][0]["endpoints"], narrow["endpoints"]);
  const Json old = tenant_.user.get(path(key)).body;
  EXPECT_EQ(old["successorId"], made.body["id"]);
  EXPECT_FALSE(old["expiresAt"].is_null());
  EXPECT_EQ(old["status"], "active");
  EXPECT_EQ(change(key, "successor").status(), 409) << "a key has one successor";
  const Answer at_once = change(made.body, "successor", {{"overlap", "0"}});
  ASSERT_EQ(at_once.status(), 201) << at_once.response.body;
  EXPECT_EQ(at_once.body["grants"][0]["endpoints"], narrow["endpoints"]);
  EXPECT_EQ(tenant_.user.get(path(made.body)).body["status"], "expired");
  EXPECT_EQ(change(made_and_revoked(), "successor").status(), 409);
}

TEST_F(KeyLife, ASuccessorHasTheEndAndTheAddressesOfTheOldOneUnlessItIsSaidOtherwise) {
  const Json key = make({{"expiresIn", "30d"}, {"allowedIps", {"192.0.2.0/24"}}});
  EXPECT_THAT(change(key, "successor", {{"readOnly", true}}).faults(),
              ElementsAre("/readOnly beside-grants"));
  const Answer same = change(key, "successor");
  ASSERT_EQ(same.status(), 201) << same.response.body;
  EXPECT_EQ(same.body["expiresAt"], key["expiresAt"]);
  EXPECT_EQ(same.body["allowedIps"], key["allowedIps"]);
  const Answer open =
      change(same.body, "successor", {{"expiresAt", nullptr}, {"allowedIps", nullptr}});
  ASSERT_EQ(open.status(), 201) << open.response.body;
  EXPECT_TRUE(open.body["expiresAt"].is_null());
  EXPECT_TRUE(open.body["allowedIps"].is_null());
}

}  // namespace
}  // namespace claviger::test
