// How many active applications and keys there may be, as each organization has it.
#include "installation.h"

#include <atomic>
#include <thread>

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NumberLimits : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] Answer create() const {
    return tenant_.user.post("/v1/applications/" + application_ + "/keys", key_body(api_));
  }

  [[nodiscard]] static Answer create_application(const Session& user) {
    return user.post("/v1/applications", {{"name", "a"}});
  }

  [[nodiscard]] Answer change(const Json& key, const std::string& verb,
                              const Json& body = Json::object()) const {
    return tenant_.user.post("/v1/keys/" + key.value("id", "") + "/" + verb, body);
  }

  [[nodiscard]] Answer limit(const Json& change) const {
    return administrator().patch("/v1/organizations/" + tenant_.organization, change);
  }

  [[nodiscard]] std::vector<Json> keys() const {
    return tenant_.user.list("/v1/applications/" + application_ + "/keys");
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const std::string application_ = tenant_.user.make_application();
};

/// Asks by 64 at once; returns how many things were made.
template <class Ask>
int made_by_64(Ask ask_once) {
  std::atomic<int> count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i)
    threads.emplace_back([&] { count += ask_once().status() == 201 ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  return count;
}

TEST_F(NumberLimits, TenActiveKeysAreTheMostEvenAtOnce) {
  EXPECT_EQ(made_by_64([&] { return create(); }), 10);
  EXPECT_EQ(create().code(), "limit-reached");
  const std::vector<Json> made = keys();
  ASSERT_EQ(made.size(), 10U);
  ASSERT_EQ(change(made.front(), "revoke", {{"reason", "superseded"}}).status(), 200);
  EXPECT_EQ(create().status(), 201) << "only active ones count";
  EXPECT_EQ(create().status(), 409);
  ASSERT_EQ(change(made.back(), "disable").status(), 200);
  ASSERT_EQ(create().status(), 201);
  EXPECT_EQ(change(made.back(), "enable").code(), "limit-reached")
      << "the limit holds at every step into active";
}

TEST_F(NumberLimits, TenActiveApplicationsAreTheMostEvenAtOnce) {
  const Session user = make_user(tenant_, "Asset Consumer");
  EXPECT_EQ(made_by_64([&] { return create_application(user); }), 10);
  EXPECT_EQ(create_application(user).code(), "limit-reached");
}

TEST_F(NumberLimits, EachOrganizationHasItsOwn) {
  const Answer limited = limit({{"maxApplicationsPerUser", 2}, {"maxKeysPerApplication", 3}});
  ASSERT_EQ(limited.status(), 200) << limited.response.body;
  EXPECT_EQ(limited.body["maxApplicationsPerUser"], 2);
  EXPECT_EQ(limited.body["maxKeysPerApplication"], 3);
  const Session user = make_user(tenant_, "Asset Consumer");
  EXPECT_EQ(made_by_64([&] { return create(); }), 3);
  EXPECT_EQ(made_by_64([&] { return create_application(user); }), 2);
  EXPECT_THAT(create().body.value("detail", ""), HasSubstr("3 of 3 active keys"));
  EXPECT_THAT(create_application(user).body.value("detail", ""),
              HasSubstr("2 of 2 active applications"));
  const Tenant other = make_tenant();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(create_application(other.user).status(), 201);
}

TEST_F(NumberLimits, AnOrganizationIsMadeWithThem) {
  const Answer made =
      administrator().post("/v1/organizations", {{"name", unique("company")},
                                                 {"maxApplicationsPerUser", nullptr},
                                                 {"maxKeysPerApplication", 25}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Json shown = administrator().get("/v1/organizations/" + made.body.value("id", "")).body;
  EXPECT_EQ(shown["maxApplicationsPerUser"], nullptr);
  EXPECT_EQ(shown["maxKeysPerApplication"], 25);
}

TEST_F(NumberLimits, NullIsUnlimited) {
  ASSERT_EQ(
      limit({{"maxApplicationsPerUser", nullptr}, {"maxKeysPerApplication", nullptr}}).status(),
      200);
  EXPECT_EQ(made_by_64([&] { return create(); }), 64);
  EXPECT_EQ(made_by_64([&] { return create_application(tenant_.user); }), 64);
}

TEST_F(NumberLimits, ALowerOneEndsNothingAndLetsNothingBeMade) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(create().status(), 201);
  ASSERT_EQ(limit({{"maxKeysPerApplication", 1}}).status(), 200);
  for (const Json& key : keys()) EXPECT_EQ(key["status"], "active");
  EXPECT_THAT(create().body.value("detail", ""), HasSubstr("3 of 1 active keys"));
  const Json key = keys().front();
  EXPECT_EQ(change(key, "renew", {{"expiresIn", "30d"}}).status(), 409) << "it never expires";
  EXPECT_EQ(change(key, "rotate").status(), 200) << "it is active already";
  ASSERT_EQ(change(key, "disable").status(), 200);
  EXPECT_EQ(change(key, "enable").code(), "limit-reached");
  ASSERT_EQ(limit({{"maxKeysPerApplication", 3}}).status(), 200);
  EXPECT_EQ(change(key, "enable").status(), 200);
}

TEST_F(NumberLimits, OnlyWhoManagesOrganizationsSetsThem) {
  const std::string path = "/v1/organizations/" + tenant_.organization;
  EXPECT_EQ(tenant_.user.patch(path, {{"maxKeysPerApplication", 100}}).code(), "permission-denied");
  EXPECT_EQ(tenant_.user.get(path).body["maxKeysPerApplication"], 10) << "everybody sees them";
  const Answer renamed = administrator().patch(path, {{"name", "Renamed"}});
  EXPECT_EQ(renamed.body["maxKeysPerApplication"], 10) << "what is left out stays";
}

TEST_F(NumberLimits, TheyComeFromAbove) {
  const Tenant reseller = make_tenant("Administrator");
  const std::string own = "/v1/organizations/" + reseller.organization;
  const Answer lifted = reseller.user.patch(own, {{"maxKeysPerApplication", nullptr}});
  EXPECT_EQ(lifted.code(), "permission-denied");
  EXPECT_EQ(reseller.user.patch(own, {{"name", unique("reseller")}}).status(), 200);
  ASSERT_EQ(administrator()
                .patch(own, {{"maxApplicationsPerUser", nullptr}, {"maxKeysPerApplication", 5}})
                .status(),
            200);
  const Answer below = reseller.user.post("/v1/organizations", {{"name", unique("company")}});
  ASSERT_EQ(below.status(), 201) << below.response.body;
  EXPECT_EQ(below.body["maxApplicationsPerUser"], 10);
  EXPECT_EQ(below.body["maxKeysPerApplication"], 5) << "what the operator set is cut";
  const std::string company = "/v1/organizations/" + below.body.value("id", "");
  for (const Json& wider : {Json(6), Json(nullptr)}) {
    const Json limits = {{"maxKeysPerApplication", wider}};
    EXPECT_THAT(reseller.user.patch(company, limits).faults(),
                ElementsAre("/maxKeysPerApplication wider-than-yours"));
    Json another = {{"name", unique("another")}};
    another.update(limits);
    EXPECT_THAT(reseller.user.post("/v1/organizations", another).faults(),
                ElementsAre("/maxKeysPerApplication wider-than-yours"));
  }
  EXPECT_EQ(reseller.user.patch(company, {{"maxKeysPerApplication", 4}}).status(), 200);
}

TEST_F(NumberLimits, WhatIsNoLimitIsRefused) {
  for (const Json& wrong : {Json(0), Json(-1), Json(1.5), Json("10"), Json("unlimited"), Json(true),
                            Json(1'000'001), Json(18446744073709551615U), Json::array()}) {
    const Answer refused = limit({{"maxApplicationsPerUser", wrong}});
    EXPECT_EQ(refused.status(), 422) << wrong;
    ASSERT_EQ(refused.faults().size(), 1U) << wrong;
    EXPECT_THAT(refused.faults().front(), HasSubstr("/maxApplicationsPerUser ")) << wrong;
  }
}

TEST(LimitsOfTheOperator, AreThoseOfANewOrganization) {
  Installation installation(
      {"CLAVIGER__LIMITS__APPLICATIONS_PER_USER=2", "CLAVIGER__LIMITS__KEYS_PER_APPLICATION=0"});
  const Session& administrator = installation.administrator();
  const std::string first = administrator.get("/v1/me").body.value("organizationId", "");
  const Json made = administrator.post("/v1/organizations", {{"name", "Company"}}).body;
  for (const Json& organization : {administrator.get("/v1/organizations/" + first).body, made}) {
    EXPECT_EQ(organization["maxApplicationsPerUser"], 2) << organization;
    EXPECT_EQ(organization["maxKeysPerApplication"], nullptr) << organization;
  }
}

TEST(LimitsOfTheOperator, KeysThatAreNotDeletedRunOut) {
  Installation installation({"CLAVIGER__LIMITS__INACTIVE_KEYS_PER_APPLICATION=2"});
  const Session& user = installation.administrator();
  user.import_fleet("fleet");
  const std::string application = user.make_application();
  for (int i = 0; i < 2; ++i) {
    const Json key = user.make_key(application, key_body("fleet"));
    ASSERT_EQ(
        user.post("/v1/keys/" + key.value("id", "") + "/revoke", {{"reason", "other"}}).status(),
        200);
    ASSERT_EQ(user.post("/v1/me/tokens", key_body("fleet")).status(), 201);
  }
  EXPECT_EQ(user.post("/v1/applications/" + application + "/keys", key_body("fleet")).code(),
            "limit-reached");
  EXPECT_EQ(user.post("/v1/me/tokens", key_body("fleet")).code(), "limit-reached")
      << "of tokens, the active ones count as well";
}

}  // namespace
}  // namespace claviger::test
