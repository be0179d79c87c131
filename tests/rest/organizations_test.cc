// Organizations: the tree, and what each change does to those below.
#include "installation.h"
#include "protected_api.h"

namespace claviger::test {
namespace {

using testing::Contains;
using testing::Not;

class Organizations : public RestTest {
 protected:
  [[nodiscard]] static std::string made_below(const Session& by, const Json& parent) {
    const Answer made =
        by.post("/v1/organizations", {{"name", unique("company")}, {"parentId", parent}});
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return made.body.value("id", "");
  }

  [[nodiscard]] static std::vector<std::string> ids_of(const std::vector<Json>& items) {
    std::vector<std::string> ids;
    for (const Json& item : items) ids.push_back(item.value("id", ""));
    return ids;
  }

  const Tenant reseller_ = make_tenant("Administrator");
};

TEST_F(Organizations, APermissionHoldsInTheOwnOrganizationAndBelowAndNowhereElse) {
  const std::string company = made_below(reseller_.user, reseller_.organization);
  const Tenant foreign = make_tenant("Administrator");
  const auto seen = ids_of(reseller_.user.list("/v1/organizations"));
  EXPECT_THAT(seen, Contains(company));
  EXPECT_THAT(seen, Contains(reseller_.organization));
  EXPECT_THAT(seen, Not(Contains(foreign.organization)));
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(foreign.user.get("/v1/organizations/" + company).status(), 404);
  EXPECT_EQ(foreign.user.act("/v1/organizations/" + company + "/disable").status(), 404);
  const Answer below_foreign =
      foreign.user.post("/v1/organizations", {{"name", "x"}, {"parentId", company}});
  EXPECT_EQ(below_foreign.status(), 404);
  const Answer user = reseller_.user.post("/v1/users", {{"email", unique("x") + "@example.com"},
                                                        {"name", "X"},
                                                        {"roles", {"Asset Consumer"}},
                                                        {"organizationId", company}});
  ASSERT_EQ(user.status(), 201) << user.response.body;
  const std::string path = "/v1/users/" + user.body.value("id", "");
  EXPECT_EQ(reseller_.user.get(path).status(), 200);
  EXPECT_EQ(administrator().get(path).status(), 200) << "the first organization lies above all";
  EXPECT_EQ(foreign.user.get(path).status(), 404);
}

TEST_F(Organizations, ARoleWithoutReachStopsAtTheOwnOrganization) {
  const std::string company = made_below(reseller_.user, reseller_.organization);
  const Person local = make_person(reseller_, "Organization Administrator");
  EXPECT_EQ(local.session.get("/v1/organizations/" + company).status(), 404);
  EXPECT_EQ(local.session.get("/v1/organizations/" + reseller_.organization).status(), 200);
  EXPECT_EQ(local.session
                .post("/v1/users", {{"email", unique("x") + "@example.com"},
                                    {"name", "X"},
                                    {"roles", {"Asset Consumer"}},
                                    {"organizationId", company}})
                .status(),
            404);
}

TEST_F(Organizations, K02_DisablingAnOrganizationStopsItsKeysAtOnce) {
  const Tenant company = make_tenant();
  const std::string api = unique("fleet");
  company.user.import_fleet(api);
  const ProtectedApi gateway(installation(), api);
  const Json key = company.user.make_key(company.user.make_application(), api);
  ASSERT_TRUE(gateway.opens(key));
  const std::string path = "/v1/organizations/" + company.organization;
  const Answer disabled = administrator().act(path + "/disable?wait=applied");
  ASSERT_EQ(disabled.status(), 200) << disabled.response.body;
  EXPECT_EQ(gateway.call(key), 401);
  EXPECT_EQ(company.user.get("/v1/me").status(), 401);
  EXPECT_EQ(sign_in(endpoint(), company.email).token(), "");
  ASSERT_EQ(administrator().act(path + "/enable?wait=applied").status(), 200);
  EXPECT_EQ(gateway.call(key), 200);
  EXPECT_EQ(company.user.get("/v1/me").status(), 401) << "who was signed in signs in anew";
}

TEST_F(Organizations, TheTreeIsSixteenDeepAtMost) {
  std::string last = reseller_.organization;  // the second level
  for (int level = 3; level <= 16; ++level) last = made_below(reseller_.user, last);
  const Answer deeper =
      reseller_.user.post("/v1/organizations", {{"name", "too deep"}, {"parentId", last}});
  EXPECT_EQ(deeper.code(), "limit-reached");
  EXPECT_THAT(deeper.body.value("detail", ""), testing::HasSubstr("at most 16 deep"));
}

TEST_F(Organizations, ARefusalNamesNobodyOfTheOrganizationsAbove) {
  const Answer made = reseller_.user.post(
      "/v1/users", {{"email", unique("operator") + "@example.com"},
                    {"name", "Operator"},
                    {"password", kPassword},
                    {"roles", {"Operator"}},
                    {"organizationId", made_below(reseller_.user, reseller_.organization)}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Session operator_below = sign_in(endpoint(), made.body.value("email", ""));
  const Answer refused = operator_below.post("/v1/applications", {{"name", "a"}});
  EXPECT_EQ(refused.status(), 403);
  EXPECT_THAT(refused.body.value("detail", ""),
              testing::HasSubstr(
                  "An administrator of your organization, or of one above it, can grant it."));
  EXPECT_THAT(refused.body.value("detail", ""), Not(testing::HasSubstr("@")));
}

TEST_F(Organizations, ARefusalNamesThoseAloneWhoCanGrantWhatIsMissing) {
  const Tenant company = make_tenant("Organization Administrator");
  const Answer refused = company.user.post("/v1/organizations", {{"name", "x"}});
  EXPECT_EQ(refused.status(), 403);
  EXPECT_THAT(refused.body.value("detail", ""), Not(testing::HasSubstr("@")))
      << "nobody gives what they do not hold";
  const std::string api = unique("fleet");
  company.user.import_fleet(api);
  const Json key = company.user.make_key(
      company.user.make_application(),
      {{"name", "key"},
       {"grants", {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", {"my-keys:view"}}}}}});
  const Answer by_key =
      Session(endpoint(), key.value("secret", "")).post("/v1/applications", {{"name", "x"}});
  EXPECT_EQ(by_key.status(), 403);
  EXPECT_THAT(by_key.body.value("detail", ""),
              testing::AllOf(testing::HasSubstr("This key does not act with the permission"),
                             testing::HasSubstr("take a key that was made with it")));
}

TEST_F(Organizations, K02_DisablingAnOrganizationStopsAllBelowItAtOnce) {
  const std::string company = made_below(reseller_.user, reseller_.organization);
  const std::string branch = made_below(reseller_.user, company);
  const std::string email = unique("below") + "@example.com";
  const Answer made = reseller_.user.post("/v1/users", {{"email", email},
                                                        {"name", "Below"},
                                                        {"password", kPassword},
                                                        {"roles", {"Organization Administrator"}},
                                                        {"organizationId", branch}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Session user = sign_in(endpoint(), email);
  const std::string api = unique("fleet");
  user.import_fleet(api);
  const ProtectedApi gateway(installation(), api);
  const Json key = user.make_key(user.make_application(), api);
  ASSERT_TRUE(gateway.opens(key));
  const std::string path = "/v1/organizations/" + reseller_.organization;
  EXPECT_EQ(administrator().act(path + "/disable?dryRun=true").body["impact"]["keys"], 1);
  const Answer disabled = administrator().act(path + "/disable?wait=applied");
  ASSERT_EQ(disabled.status(), 200) << disabled.response.body;
  EXPECT_EQ(gateway.call(key), 401);
  EXPECT_EQ(user.get("/v1/me").status(), 401);
  EXPECT_EQ(sign_in(endpoint(), email).token(), "");
  EXPECT_EQ(administrator().verify(key, api)["reason"], "organization-inactive");
  EXPECT_EQ(administrator().get("/v1/organizations/" + branch).body["status"], "enabled")
      << "its own status is left alone";
  ASSERT_EQ(administrator().act(path + "/enable?wait=applied").status(), 200);
  EXPECT_EQ(gateway.call(key), 200);
  EXPECT_EQ(user.get("/v1/me").status(), 401) << "who was signed in signs in anew";
  EXPECT_NE(sign_in(endpoint(), email).token(), "");
}

TEST_F(Organizations, K07_ADeletedOrganizationIsGoneWithItsUsersAndKeys) {
  const Tenant company = make_tenant();
  const std::string api = unique("fleet");
  company.user.import_fleet(api);
  const ProtectedApi gateway(installation(), api);
  const Json key = company.user.make_key(company.user.make_application(), api);
  ASSERT_TRUE(gateway.opens(key));
  const std::string path = "/v1/organizations/" + company.organization;
  ASSERT_EQ(administrator().remove(path + "?wait=applied").status(), 200);
  EXPECT_EQ(gateway.call(key), 401);
  EXPECT_EQ(administrator().get(path).status(), 404);
  EXPECT_EQ(administrator().act(path + "/enable").status(), 404) << "a deletion is final";
  EXPECT_EQ(sign_in(endpoint(), company.email).token(), "");
  const Answer again = administrator().post(
      "/v1/users", {{"email", company.email}, {"name", "Someone"}, {"roles", {"Auditor"}}});
  EXPECT_EQ(again.status(), 201) << "the address is free again";
}

TEST_F(Organizations, OnesOwnAndOneWithOthersBelowItStay) {
  const std::string own = "/v1/organizations/" + reseller_.organization;
  EXPECT_EQ(reseller_.user.act(own + "/disable").status(), 409);
  EXPECT_EQ(reseller_.user.remove(own).status(), 409);
  const std::string company = made_below(reseller_.user, reseller_.organization);
  EXPECT_EQ(administrator().remove(own).status(), 409) << "there is one below it";
  EXPECT_EQ(reseller_.user.remove("/v1/organizations/" + company).status(), 200);
  EXPECT_EQ(administrator().remove(own).status(), 200);
}

TEST_F(Organizations, ANameIsChanged) {
  const std::string company = made_below(reseller_.user, reseller_.organization);
  const Answer renamed = reseller_.user.patch("/v1/organizations/" + company, {{"name", "Alpha"}});
  EXPECT_EQ(renamed.status(), 200) << renamed.response.body;
  EXPECT_EQ(reseller_.user.get("/v1/organizations/" + company).body["name"], "Alpha");
}

}  // namespace
}  // namespace claviger::test
