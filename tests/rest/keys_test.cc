// Access keys: what they may be, how many, shown once, found again, and stopped.
#include "installation.h"

#include <set>

namespace claviger::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Keys : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Answer create(const Json& body) const {
    return tenant_.user.post("/v1/applications/" + application_ + "/keys", body);
  }

  /// A key's body with these fields besides.
  [[nodiscard]] Json body_with(const Json& fields) const {
    Json body = key_body(api_);
    body.update(fields);
    return body;
  }

  [[nodiscard]] Json make() const { return tenant_.user.make_key(application_, api_); }

  [[nodiscard]] Answer change(const Json& key, const std::string& verb,
                              const Json& body = Json::object()) const {
    return tenant_.user.post("/v1/keys/" + key.value("id", "") + "/" + verb, body);
  }

  [[nodiscard]] std::string reason(const Json& key, const std::string& method = "GET",
                                   const std::string& path = "/devices") const {
    return tenant_.user.verify(key, api_, method, path)["reason"];
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

TEST_F(Keys, ASecretIsShownOnceAndKeptNowhere) {
  const Answer made = create(key_body(api_));
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const std::string secret = made.body["secret"];
  EXPECT_EQ(secret.substr(0, 7), "clv_ak_");
  EXPECT_EQ(made.response.header("Cache-Control"), "no-store");
  const std::string id = made.body["id"];
  const std::string own = secret.substr(7);
  for (const std::string& target :
       {"/v1/keys/" + id, std::string("/v1/keys"), "/v1/applications/" + application_ + "/keys"})
    EXPECT_THAT(tenant_.user.get(target).response.body, Not(HasSubstr(own))) << target;
  EXPECT_EQ(tenant_.user.get("/v1/keys/" + id).body["lastFour"], secret.substr(secret.size() - 4));
  ASSERT_EQ(reason(made.body), "allowed");
  ASSERT_EQ(Session(endpoint(), secret).get("/v1/me").status(), 403);
  for (const char* suffix : {"", "-wal", "-journal"})
    EXPECT_THAT(read_file(installation().database() + suffix), Not(HasSubstr(own))) << suffix;
  EXPECT_THAT(read_file(installation().state_dir() + "/keyring"), Not(HasSubstr(own)));
  EXPECT_THAT(installation().server().log(), Not(HasSubstr(own)));
  EXPECT_THAT(installation().server().log(), Not(HasSubstr(tenant_.user.token())));
  EXPECT_THAT(installation().server().log(), Not(HasSubstr(std::string(kPassword))));
  EXPECT_THAT(read_file(installation().database() + "-wal"),
              Not(HasSubstr(tenant_.user.token().substr(8))));
}

TEST_F(Keys, WhatIsBeyondOrUnknownIsNamedOneByOne) {
  const Answer refused = create({{"name", "k"},
                                 {"grants",
                                  {{{"api", api_},
                                    {"endpoints", {"GET /devices", "GET /nothing"}},
                                    {"scopes", {"devices:read", "devices:fly"}}},
                                   {{"api", "no-such-api"}, {"endpoints", {"*"}}}}},
                                 {"scopes", {"nowhere:read"}}});
  EXPECT_EQ(refused.status(), 422);
  EXPECT_THAT(
      refused.faults(),
      UnorderedElementsAre(HasSubstr("/grants/0/endpoints/1 "), HasSubstr("/grants/0/scopes/1 "),
                           "/grants/1/api unknown-api", "/scopes/0 unknown-scope"));
  EXPECT_THAT(tenant_.user.list("/v1/keys"), IsEmpty());
}

TEST_F(Keys, AnApiStandsInOneGrantOnly) {
  // Each of the fifty would else be answered with all that the caller lacks on the API.
  Json grants = Json::array();
  for (int i = 0; i < 50; ++i) grants.push_back({{"api", api_}, {"endpoints", {"*"}}});
  const Answer refused = create({{"name", "k"}, {"grants", grants}});
  EXPECT_EQ(refused.status(), 422);
  EXPECT_EQ(refused.faults().size(), 49U);
  EXPECT_THAT(refused.faults(), Contains("/grants/1/api named-twice"));
  EXPECT_THAT(refused.faults(), Each(HasSubstr("/api named-twice")));
  EXPECT_THAT(tenant_.user.list("/v1/keys"), IsEmpty());
}

TEST_F(Keys, WhatIsNotEnforcedIsRefused) {
  for (const Json& fields :
       {Json{{"limits", {{{"name", "burst"}, {"limit", 1}, {"window", "60s"}}}}},
        Json{{"assetGroup", "grp_1"}}})
    EXPECT_THAT(create(body_with(fields)).faults(), ElementsAre(HasSubstr(" not-enforced")))
        << fields;
  for (const char* field : {"collections", "assetGroup"}) {
    Json body = key_body(api_);
    body["grants"][0][field] = Json::array({"x"});
    EXPECT_THAT(create(body).faults(),
                ElementsAre(std::string("/grants/0/") + field + " not-enforced"));
  }
}

TEST_F(Keys, AnEmptySetGrantsNothing) {
  Json body = key_body(api_);
  body["grants"][0].erase("endpoints");
  const Answer without = create(body);
  if (without.status() == 201)
    EXPECT_EQ(reason(without.body), "endpoint-not-granted");
  else
    EXPECT_EQ(without.status(), 422);
  EXPECT_EQ(create(body_with({{"grants", Json::array()}})).status(), 422);
  body = key_body(api_);
  body["grants"][0]["scopes"] = Json::array();
  const Json scopeless = tenant_.user.make_key(application_, body);
  EXPECT_EQ(reason(scopeless), "scope-missing");
  EXPECT_EQ(reason(scopeless, "GET", "/events"), "allowed");
}

TEST_F(Keys, AnExpiryIsAMomentAnIntervalOrNever) {
  EXPECT_TRUE(make()["expiresAt"].is_null()) << "absent is never";
  EXPECT_TRUE(tenant_.user.make_key(application_, body_with({{"expiresAt", nullptr}}))["expiresAt"]
                  .is_null());
  EXPECT_EQ(tenant_.user.make_key(
                application_, body_with({{"expiresAt", "2099-01-01T02:00:00+02:00"}}))["expiresAt"],
            "2099-01-01T00:00:00Z");
  for (const char* interval : {"30d", "1y 6m", "12h", "90min", "P1Y6M", "PT90M"})
    EXPECT_TRUE(
        tenant_.user.make_key(application_, body_with({{"expiresIn", interval}}))["expiresAt"]
            .is_string())
        << interval;
  EXPECT_THAT(
      create(body_with({{"expiresIn", "1d"}, {"expiresAt", "2099-01-01T00:00:00Z"}})).faults(),
      ElementsAre("/expiresIn two-expiries"));
  EXPECT_THAT(create(body_with({{"expiresAt", "2001-01-01T00:00:00Z"}})).faults(),
              ElementsAre("/expiresAt never-valid"));
  EXPECT_THAT(create(body_with({{"expiresAt", "2098-01-01T00:00:00Z"},
                                {"notBefore", "2099-01-01T00:00:00Z"}}))
                  .faults(),
              ElementsAre("/expiresAt never-valid"));
  for (const char* interval :
       {"", "30", "d", "0d", "-1d", "1d 1y", "101y", "99999999999999d", "1e3d"})
    EXPECT_THAT(create(body_with({{"expiresIn", interval}})).faults(),
                ElementsAre(HasSubstr("/expiresIn ")))
        << interval;
  EXPECT_EQ(create(body_with({{"expiresAt", "tomorrow"}})).status(), 422);
}

TEST_F(Keys, AVerificationTellsWhy) {
  const Json key = make();
  const Json answer = tenant_.user.verify(key, api_);
  EXPECT_EQ(answer["keyId"], key["id"]);
  EXPECT_EQ(answer["applicationId"], application_);
  EXPECT_THAT(answer["scopes"], UnorderedElementsAre("devices:read", "devices:write"));
  EXPECT_EQ(answer["decisionId"].get<std::string>().find('_'), 3U);
  EXPECT_EQ(reason(key, "GET", "/nothing"), "endpoint-unknown");
  EXPECT_EQ(reason(key, "BREW", "/devices"), "method-unknown");
  EXPECT_EQ(reason(key, "GET", "/devices/../devices"), "path-not-canonical");
  EXPECT_EQ(reason(tenant_.user.make_key(application_, body_with({{"readOnly", true}})), "POST"),
            "key-read-only");
  EXPECT_EQ(
      reason(tenant_.user.make_key(application_, body_with({{"allowedIps", {"10.0.0.0/8"}}}))),
      "address-not-allowed");
  EXPECT_EQ(reason(tenant_.user.make_key(application_,
                                         body_with({{"notBefore", "2099-01-01T00:00:00Z"}}))),
            "key-not-yet-valid");
}

TEST_F(Keys, UnknownKeysAllLookAlike) {
  const std::string secret = make()["secret"];
  std::string wrong_checksum = secret;
  wrong_checksum.back() = wrong_checksum.back() == 'a' ? 'b' : 'a';
  Json first = tenant_.user.verify("clv_ak_x", api_);
  first.erase("decisionId");
  EXPECT_EQ(first["reason"], "credential-unknown");
  EXPECT_TRUE(first["keyId"].is_null());
  for (const std::string& text : {wrong_checksum, secret + "x", secret.substr(1),
                                  std::string("foreign"), tenant_.user.token()}) {
    Json other = tenant_.user.verify(text, api_);
    other.erase("decisionId");
    EXPECT_EQ(other, first) << text;
  }
}

TEST_F(Keys, ARevocationIsFinalAndItsReceiptNamesTheGateway) {
  const Json key = make();
  EXPECT_EQ(change(key, "revoke").status(), 422) << "a reason is needed";
  EXPECT_EQ(change(key, "revoke", {{"reason", "boredom"}}).status(), 422);
  EXPECT_EQ(change(key, "revoke?wait=soon", {{"reason", "other"}}).status(), 422);
  EXPECT_EQ(change(key, "revoke?wait=applied&timeout=1h", {{"reason", "other"}}).status(), 422);
  ASSERT_EQ(reason(key), "allowed");
  const Answer revoked = change(key, "revoke?wait=applied&timeout=5s",
                                {{"reason", "compromised"}, {"comment", "seen in a log"}});
  ASSERT_EQ(revoked.status(), 200) << revoked.response.body;
  EXPECT_EQ(reason(key), "key-revoked") << "at once";
  EXPECT_EQ(revoked.body["key"]["status"], "revoked");
  EXPECT_EQ(revoked.body["key"]["revokeReason"], "compromised");
  EXPECT_EQ(revoked.body["key"]["revokeComment"], "seen in a log");
  const Json& receipt = revoked.body["receipt"];
  EXPECT_GT(receipt["version"].get<int>(), 0);
  ASSERT_EQ(receipt["gateways"].size(), 1U);
  EXPECT_EQ(receipt["gateways"][0]["state"], "applied");
  EXPECT_THAT(receipt["gateways"][0].value("name", ""), Not(IsEmpty()));
  EXPECT_GE(receipt["gateways"][0]["milliseconds"].get<double>(), 0);
  for (const char* verb : {"disable", "enable"}) EXPECT_EQ(change(key, verb).status(), 409) << verb;
  EXPECT_EQ(change(key, "revoke", {{"reason", "other"}}).status(), 409);
  EXPECT_THAT(tenant_.user.list("/v1/applications/" + application_ + "/keys"), IsEmpty());
  EXPECT_EQ(tenant_.user.list("/v1/keys?status=revoked").size(), 1U);
}

TEST_F(Keys, ADisabledKeyRestsUntilItIsEnabled) {
  const Json key = make();
  EXPECT_EQ(change(key, "enable").status(), 409);
  const Answer disabled = change(key, "disable?wait=applied");
  ASSERT_EQ(disabled.status(), 200);
  EXPECT_EQ(disabled.body["key"]["status"], "disabled");
  EXPECT_EQ(reason(key), "key-disabled");
  EXPECT_EQ(change(key, "disable").status(), 409);
  EXPECT_EQ(change(key, "enable", {{"x", 1}}).status(), 422);
  const Answer enabled = change(key, "enable?wait=applied");
  ASSERT_EQ(enabled.status(), 200);
  EXPECT_FALSE(change(key, "disable").body.contains("receipt")) << "only where it is asked for";
  EXPECT_EQ(change(key, "revoke", {{"reason", "other"}}).status(), 200) << "also from disabled";
}

TEST_F(Keys, APageFollowsOnThePageBefore) {
  std::set<std::string> made;
  std::vector<std::string> applications = {application_};
  for (int i = 1; i < 6; ++i) applications.push_back(tenant_.user.make_application());
  for (const std::string& application : applications) {
    for (int i = 0; i < 10; ++i)
      made.insert(tenant_.user.make_key(application, api_).value("id", ""));
  }
  for (const char* limit : {"?limit=7", "?limit=60", ""}) {
    std::set<std::string> seen;
    for (const Json& key : tenant_.user.list(std::string("/v1/keys") + limit))
      EXPECT_TRUE(seen.insert(key["id"]).second) << "twice: " << key;
    EXPECT_EQ(seen, made) << limit;
  }
  EXPECT_EQ(tenant_.user.get("/v1/keys").body["data"].size(), 25U);
  EXPECT_EQ(tenant_.user.list("/v1/applications?limit=4").size(), 6U);
  EXPECT_EQ(tenant_.user.get("/v1/applications/" + application_).body["activeKeys"], 10);
}

TEST_F(Keys, TheBrowserFindsByBeginningsFiltersAndOrders) {
  const auto make = [&](const std::string& name, const Json& more = Json::object()) {
    Json body = key_body(api_);
    body["name"] = name;
    body.update(more);
    return tenant_.user.make_key(application_, body);
  };
  const Json beta = make("beta", {{"expiresIn", "1d"}});
  const Json alpha = make("alpha", {{"expiresIn", "9d"}});
  const Json alphabet = make("alphabet");
  const auto names = [&](const std::string& query) {
    std::vector<std::string> found;
    for (const Json& key : tenant_.user.list("/v1/keys?limit=1" + query))
      found.push_back(key.value("name", ""));
    return found;
  };
  EXPECT_THAT(names(""), ElementsAre("beta", "alpha", "alphabet"));
  EXPECT_THAT(names("&sort=-createdAt"), ElementsAre("alphabet", "alpha", "beta"));
  EXPECT_THAT(names("&sort=name"), ElementsAre("alpha", "alphabet", "beta"));
  EXPECT_THAT(names("&sort=-name"), ElementsAre("beta", "alphabet", "alpha"));
  EXPECT_THAT(names("&sort=expiresAt"), ElementsAre("beta", "alpha", "alphabet"));
  EXPECT_THAT(names("&sort=-expiresAt"), ElementsAre("alphabet", "alpha", "beta"));
  EXPECT_THAT(names("&name=alpha"), ElementsAre("alpha", "alphabet"));
  const std::string of_api = "&apiId=" + tenant_.user.list("/v1/apis").front().value("id", "");
  EXPECT_THAT(names(of_api), ElementsAre("beta", "alpha", "alphabet"));
  EXPECT_THAT(names(of_api + "&mine=true&sort=name"), ElementsAre("alpha", "alphabet", "beta"));
  EXPECT_THAT(tenant_.user.get("/v1/keys?sort=name" + of_api).faults(),
              ElementsAre("sort not-with-api-id"));
  EXPECT_THAT(names("&prefix=" + beta.value("prefix", "")), ElementsAre("beta"));
  EXPECT_THAT(names("&createdAfter=2099-01-01T00:00:00Z"), ElementsAre());
  EXPECT_THAT(names("&sort=expiresAt&expiresBefore=" + alpha.value("expiresAt", "")),
              ElementsAre("beta"));
  EXPECT_EQ(tenant_.user.get("/v1/keys?sort=secret").status(), 422);
  EXPECT_EQ(tenant_.user.get("/v1/keys?name=" + std::string(300, 'x')).status(), 422);
  ASSERT_EQ(change(beta, "disable").status(), 200);
  ASSERT_EQ(change(alpha, "revoke", {{"reason", "other"}}).status(), 200);
  EXPECT_THAT(names("&status=disabled"), ElementsAre("beta"));
  const Json counts = tenant_.user.get("/v1/keys/counts").body;
  EXPECT_EQ(counts, Json({{"pending", 0},
                          {"active", 1},
                          {"disabled", 1},
                          {"expired", 0},
                          {"revoked", 1},
                          {"rejected", 0}}));
  EXPECT_EQ(tenant_.user.get("/v1/keys/counts?applicationId=" + application_).body, counts);
  EXPECT_TRUE(make_tenant().user.list("/v1/keys").empty());
}

TEST_F(Keys, TheGatewayOfTheHostIsLive) {
  const std::vector<Json> gateways = tenant_.user.list("/v1/gateways");
  ASSERT_EQ(gateways.size(), 1U);
  EXPECT_EQ(gateways[0]["name"], gateways[0]["host"]);
  EXPECT_EQ(gateways[0]["state"], "live");
  EXPECT_GT(gateways[0]["appliedVersion"].get<int>(), 0);
}

}  // namespace
}  // namespace claviger::test
