// How long keys may work, by the APIs that they are for.
#include "installation.h"

#include "claviger/base/time.h"

namespace claviger::test {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class KeyExpiry : public RestTest {
 protected:
  void SetUp() override {
    for (const std::string& api : {first_, second_})
      settings_.push_back("/v1/apis/" + tenant_.user.import_fleet(api).value("id", "") +
                          "/consumption-settings");
  }

  [[nodiscard]] Answer set(std::size_t api, const Json& usual, const Json& most) const {
    return tenant_.user.put(
        settings_[api],
        {{"consumers", Json::array()}, {"defaultExpiry", usual}, {"maxExpiry", most}});
  }

  void must_set(std::size_t api, const Json& usual, const Json& most) const {
    const Answer answer = set(api, usual, most);
    ASSERT_EQ(answer.status(), 200) << answer.response.body;
  }

  /// The body of a key on these APIs.
  [[nodiscard]] static Json body_of(const std::vector<std::string>& apis, const Json& more) {
    Json body = {{"name", "key"}, {"grants", Json::array()}};
    for (const std::string& api : apis) body["grants"].push_back(key_body(api)["grants"][0]);
    body.update(more);
    return body;
  }

  [[nodiscard]] Answer create(const std::vector<std::string>& apis,
                              const Json& more = Json::object()) const {
    return tenant_.user.post("/v1/applications/" + application_ + "/keys", body_of(apis, more));
  }

  [[nodiscard]] Answer act(const Json& key, const std::string& verb, const Json& body) const {
    return tenant_.user.post("/v1/keys/" + key.value("id", "") + '/' + verb, body);
  }

  /// How many days a key works from its making; -1 for ever.
  [[nodiscard]] static std::int64_t days_of(const Json& key) {
    if (!key.contains("expiresAt") || key["expiresAt"].is_null()) return -1;
    const auto at = [&](const char* field) {
      return parse_rfc3339(key[field].get<std::string>()).value_or(Time());
    };
    return std::chrono::round<days>(at("expiresAt") - at("createdAt")).count();
  }

  const Tenant tenant_ = make_tenant();
  const std::string first_ = unique("first");
  const std::string second_ = unique("second");
  const std::string application_ = tenant_.user.make_application();
  std::vector<std::string> settings_;
};

TEST_F(KeyExpiry, IsAmongTheSettingsOfAnApi) {
  const Json before = tenant_.user.get(settings_[0]).body;
  EXPECT_TRUE(before["defaultExpiry"].is_null());
  EXPECT_TRUE(before["maxExpiry"].is_null());
  must_set(0, "P30D", "18m");
  const Answer shown = tenant_.user.get(settings_[0]);
  EXPECT_EQ(shown.body["defaultExpiry"], "30d");
  EXPECT_EQ(shown.body["maxExpiry"], "1y 6m");
  const HttpRequest request = {
      .method = "PUT",
      .target = settings_[0],
      .headers = {{"If-Match", shown.response.header("ETag").value_or("")}},
      .body = shown.body.dump()};
  EXPECT_EQ(tenant_.user.send(request).status(), 200) << "what was shown can be sent back";
  EXPECT_EQ(tenant_.user.send(request).status(), 412);
  tenant_.user.import_fleet(first_);
  EXPECT_EQ(tenant_.user.get(settings_[0]).body, shown.body) << "a new document leaves them alone";
  ASSERT_EQ(tenant_.user.put(settings_[0], {{"consumers", Json::array()}}).status(), 200);
  EXPECT_EQ(tenant_.user.get(settings_[0]).body, before) << "the whole is replaced";
}

TEST_F(KeyExpiry, ADefaultIsNotLongerThanTheMaximum) {
  EXPECT_THAT(set(0, "91d", "90d").faults(), ElementsAre("/defaultExpiry beyond-the-maximum"));
  EXPECT_THAT(set(0, "1y", "11m").faults(), ElementsAre("/defaultExpiry beyond-the-maximum"));
  EXPECT_THAT(set(0, "soon", "30").faults(),
              ElementsAre("/defaultExpiry not-an-interval", "/maxExpiry not-an-interval"));
  must_set(0, "12m", "1y");
}

TEST_F(KeyExpiry, TheShortestDefaultHoldsWhereNothingIsSaid) {
  EXPECT_EQ(days_of(create({first_}).body), -1);
  must_set(0, "90d", nullptr);
  must_set(1, "30d", "60d");
  EXPECT_EQ(days_of(create({first_}).body), 90);
  EXPECT_EQ(days_of(create({first_, second_}).body), 30);
  EXPECT_EQ(days_of(create({first_}, {{"expiresAt", nullptr}}).body), -1) << "never was said";
  EXPECT_EQ(days_of(create({first_}, {{"expiresIn", "1000d"}}).body), 1000);
  must_set(1, nullptr, "60d");
  EXPECT_EQ(days_of(create({second_}).body), 60) << "never is beyond the maximum";
  EXPECT_EQ(days_of(create({first_, second_}).body), 60);
}

TEST_F(KeyExpiry, AnEndBeyondTheShortestMaximumIsRefusedAndNamed) {
  must_set(0, nullptr, "90d");
  must_set(1, nullptr, "60d");
  const Answer never = create({first_, second_}, {{"expiresAt", nullptr}});
  EXPECT_EQ(never.status(), 422);
  EXPECT_THAT(never.faults(), ElementsAre("/expiresAt beyond-the-maximum"));
  EXPECT_THAT(never.response.body, HasSubstr(second_));
  EXPECT_THAT(never.response.body, HasSubstr("60d"));
  EXPECT_THAT(create({first_, second_}, {{"expiresAt", "2099-01-01T00:00:00Z"}}).faults(),
              ElementsAre("/expiresAt beyond-the-maximum"));
  EXPECT_THAT(create({first_, second_}, {{"expiresIn", "61d"}}).faults(),
              ElementsAre("/expiresIn beyond-the-maximum"));
  EXPECT_EQ(days_of(create({first_, second_}, {{"expiresIn", "60d"}}).body), 60);
  EXPECT_EQ(days_of(create({first_}, {{"expiresIn", "61d"}}).body), 61);
}

TEST_F(KeyExpiry, TheLatestEndThatARefusalNamesIsTaken) {
  must_set(0, nullptr, "1y 1m");
  const std::string text = create({first_}, {{"expiresAt", nullptr}}).body["errors"][0]["detail"];
  const std::size_t at = text.find("Choose ") + 7;
  const std::string latest = text.substr(at, text.find(' ', at) - at);
  const Answer taken = create({first_}, {{"expiresAt", latest}});
  EXPECT_EQ(taken.status(), 201) << taken.response.body;
}

TEST_F(KeyExpiry, ARenewalCountsTheMaximumFromItself) {
  const Json key = create({first_, second_}, {{"expiresIn", "300d"}}).body;
  must_set(0, nullptr, "60d");
  EXPECT_THAT(act(key, "renew", {{"expiresAt", nullptr}}).faults(),
              ElementsAre("/expiresAt beyond-the-maximum"));
  EXPECT_THAT(act(key, "renew", {{"expiresIn", "61d"}}).faults(),
              ElementsAre("/expiresIn beyond-the-maximum"));
  EXPECT_EQ(days_of(act(key, "renew", {{"expiresIn", "60d"}}).body["key"]), 60);
  const std::string api = settings_[0].substr(0, settings_[0].rfind('/'));
  ASSERT_EQ(
      tenant_.user.post(api + "/keys/" + key.value("id", "") + "/withdraw", {{"reason", "other"}})
          .status(),
      200);
  EXPECT_EQ(act(key, "renew", {{"expiresAt", nullptr}}).status(), 200) << "not its API any more";
}

TEST_F(KeyExpiry, ASuccessorEndsAsItsPredecessorWithinTheMaximum) {
  const Json forever = create({first_}).body;
  const Json ending = create({first_}, {{"expiresIn", "20d"}}).body;
  must_set(0, "10d", "60d");
  EXPECT_THAT(act(forever, "successor", {{"expiresAt", nullptr}}).faults(),
              ElementsAre("/expiresAt beyond-the-maximum"));
  EXPECT_EQ(days_of(act(forever, "successor", Json::object()).body), 60);
  EXPECT_EQ(days_of(act(ending, "successor", Json::object()).body), 20);
}

TEST_F(KeyExpiry, HoldsForKeysOfOtherSystems) {
  must_set(0, "30d", "60d");
  const auto import = [&](const Json& more) {
    Json key = body_of({first_}, {{"secret", unique("vendor_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d_")}});
    Json last = body_of({first_}, {{"secret", unique("vendor_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d_")}});
    last.update(more);
    return tenant_.user.post("/v1/keys/import",
                             {{"applicationId", application_}, {"keys", {key, last}}});
  };
  EXPECT_EQ(days_of(import(Json::object()).body["keys"][1]), 30);
  EXPECT_THAT(import({{"expiresAt", nullptr}}).faults(),
              ElementsAre("/keys/1/expiresAt beyond-the-maximum"));
  EXPECT_THAT(import({{"expiresIn", "61d"}}).faults(),
              ElementsAre("/keys/1/expiresIn beyond-the-maximum"));
}

TEST_F(KeyExpiry, HoldsForPersonalAccessTokensOnTheApisThatTheyName) {
  must_set(0, "30d", "60d");
  const auto make = [&](const Json& body) { return tenant_.user.post("/v1/me/tokens", body); };
  EXPECT_EQ(days_of(make(body_of({first_}, Json::object())).body), 30);
  EXPECT_THAT(make(body_of({first_}, {{"expiresAt", nullptr}})).faults(),
              ElementsAre("/expiresAt beyond-the-maximum"));
  const Json management = {{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", Json::array()}};
  const Answer unbounded = make({{"name", "token"}, {"grants", {management}}});
  EXPECT_THAT(unbounded.faults(), IsEmpty()) << unbounded.response.body;
  EXPECT_EQ(days_of(unbounded.body), -1) << "the management API has no default";
}

}  // namespace
}  // namespace claviger::test
