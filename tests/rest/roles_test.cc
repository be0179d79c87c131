// Roles: what they permit, where, and what they give on APIs.
#include "installation.h"
#include "protected_api.h"

namespace claviger::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Roles : public RestTest {
 protected:
  [[nodiscard]] static Json rights_on(const std::string& api, const Json& methods) {
    return {{{"api", api}, {"endpoints", {"*"}}, {"methods", methods}, {"scopes", {"*"}}}};
  }

  const Tenant tenant_ = make_tenant();
};

TEST_F(Roles, ThePredefinedOnesComeFirstAndDoNotChange) {
  const std::vector<Json> roles = tenant_.user.list("/v1/roles");
  ASSERT_THAT(roles, SizeIs(7));
  EXPECT_EQ(roles[0]["name"], "Administrator");
  EXPECT_EQ(roles[0]["reach"], "descendants");
  EXPECT_EQ(roles[0]["predefined"], true);
  const std::string path = "/v1/roles/" + roles[3].value("id", "");
  EXPECT_EQ(tenant_.user.get(path).body["name"], "Asset Consumer");
  EXPECT_EQ(tenant_.user.patch(path, {{"description", "mine"}}).status(), 409);
  EXPECT_EQ(tenant_.user.remove(path).status(), 409);
}

TEST_F(Roles, EveryPermissionIsListedWithItsScopeAndWhatItIncludes) {
  const std::vector<Json> permissions = tenant_.user.list("/v1/permissions");
  ASSERT_GE(permissions.size(), 12U);
  EXPECT_EQ(permissions[1]["name"], "Create application");
  EXPECT_EQ(permissions[1]["scope"], "applications:create");
  EXPECT_EQ(permissions[1]["includes"], Json({"View applications"}));
}

TEST_F(Roles, ARoleIsMadeChangedGivenAndDeleted) {
  const std::string name = unique("watcher");
  const Answer made = tenant_.user.post(
      "/v1/roles", {{"name", name}, {"permissions", {"View users", "gateways:view"}}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.body["permissions"], Json({"View users", "View gateways"}));
  const std::string path = "/v1/roles/" + made.body.value("id", "");
  const Person watcher = make_person(tenant_, name);
  EXPECT_EQ(watcher.session.get("/v1/users").status(), 200);
  EXPECT_EQ(watcher.session.get("/v1/applications").status(), 403);
  EXPECT_EQ(tenant_.user.remove(path).status(), 409) << "somebody has it";
  ASSERT_EQ(tenant_.user.patch(path, {{"permissions", Json::array()}}).status(), 200);
  EXPECT_EQ(watcher.session.get("/v1/users").status(), 401) << "its users' sessions have ended";
  EXPECT_EQ(sign_in(endpoint(), watcher.email).get("/v1/users").status(), 403);
  ASSERT_EQ(tenant_.user.remove("/v1/users/" + watcher.id).status(), 200);
  EXPECT_EQ(tenant_.user.remove(path).status(), 204);
  EXPECT_EQ(tenant_.user.get(path).status(), 404);
}

TEST_F(Roles, Z01_NobodyPutsIntoARoleWhatTheyDoNotHold) {
  const Answer wide = tenant_.user.post(
      "/v1/roles", {{"name", unique("wide")}, {"permissions", {"Manage organizations"}}});
  EXPECT_EQ(wide.status(), 403);
  EXPECT_THAT(wide.body.value("detail", ""), HasSubstr("\"Manage organizations\""));
  const Answer far = tenant_.user.post(
      "/v1/roles",
      {{"name", unique("far")}, {"permissions", {"View users"}}, {"reach", "descendants"}});
  EXPECT_EQ(far.status(), 403) << "the caller's permissions hold in one organization";
  const Tenant other = make_tenant();
  const std::string api = unique("fleet");
  other.user.import_fleet(api);
  const Answer foreign = tenant_.user.post(
      "/v1/roles", {{"name", unique("foreign")}, {"rights", rights_on(api, {"GET"})}});
  EXPECT_EQ(foreign.status(), 422);
  EXPECT_THAT(foreign.faults(), ElementsAre("/rights/0/api unknown-api"));
}

TEST_F(Roles, ForeignRolesLookAbsent) {
  const Tenant other = make_tenant();
  const Answer made = other.user.post("/v1/roles", {{"name", unique("theirs")}});
  ASSERT_EQ(made.status(), 201);
  const std::string path = "/v1/roles/" + made.body.value("id", "");
  EXPECT_EQ(tenant_.user.get(path).status(), 404);
  EXPECT_EQ(tenant_.user.patch(path, {{"name", "mine"}}).status(), 404);
  EXPECT_EQ(tenant_.user.remove(path).status(), 404);
  const Answer given = tenant_.user.post(
      "/v1/users",
      {{"email", unique("x") + "@example.com"}, {"name", "X"}, {"roles", {made.body["id"]}}});
  EXPECT_THAT(given.faults(), ElementsAre("/roles/0 unknown-role"));
}

TEST_F(Roles, Z03_ARoleOfAnOrganizationAboveIsKeptAndElseLooksAbsent) {
  const Tenant reseller = make_tenant("Administrator");
  const std::string above = unique("of the reseller");
  const Json role =
      reseller.user.post("/v1/roles", {{"name", above}, {"permissions", {"View users"}}}).body;
  const Json company = reseller.user.post("/v1/organizations", {{"name", unique("company")}}).body;
  const auto make = [&](const Session& by, const std::string& role_name) {
    return by.post("/v1/users", {{"email", unique("x") + "@example.com"},
                                 {"name", "X"},
                                 {"password", kPassword},
                                 {"roles", {role_name}},
                                 {"organizationId", company["id"]}});
  };
  const Session local = sign_in(
      endpoint(), make(reseller.user, "Organization Administrator").body.value("email", ""));
  const Answer given = make(reseller.user, above);
  ASSERT_EQ(given.status(), 201) << given.response.body;
  EXPECT_EQ(make(local, role.value("id", "")).status(), 422);
  const Answer hidden = make(local, above);
  const Answer absent = make(local, "nowhere");
  EXPECT_EQ(hidden.status(), 422);
  EXPECT_EQ(hidden.faults(), absent.faults());
  EXPECT_EQ(local.get("/v1/users?role=" + role.value("id", "")).status(), 404);
  EXPECT_EQ(local.get("/v1/roles/" + role.value("id", "")).status(), 404);
  const std::string user = "/v1/users/" + given.body.value("id", "");
  const Answer kept = local.patch(user, {{"roles", {above, "Auditor"}}});
  ASSERT_EQ(kept.status(), 200) << kept.response.body;
  EXPECT_EQ(kept.body["user"]["roles"], Json({above, "Auditor"}));
  ASSERT_EQ(local.patch(user, {{"roles", {"Auditor"}}}).status(), 200);
  EXPECT_EQ(local.patch(user, {{"roles", {above}}}).status(), 422) << "nobody holds it there now";
  EXPECT_EQ(reseller.user.patch(user, {{"roles", {role["id"]}}}).status(), 200);
  EXPECT_EQ(reseller.user.list("/v1/users?role=" + role.value("id", "")).size(), 1U);
}

TEST_F(Roles, ARolesRightsOpenAnApiAndCuttingThemShrinksKeysAtOnce) {
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const ProtectedApi gateway(installation(), api);
  const Answer role = tenant_.user.post(
      "/v1/roles", {{"name", unique("engineer")},
                    {"permissions",
                     {"Create application", "Create access keys for my application",
                      "View access keys for my applications"}},
                    {"rights", rights_on(api, {"GET", "POST"})}});
  ASSERT_EQ(role.status(), 201) << role.response.body;
  const Person engineer = make_person(tenant_, role.body.value("name", ""));
  const std::string application = engineer.session.make_application();
  EXPECT_EQ(
      engineer.session.post("/v1/applications/" + application + "/keys", key_body(api)).status(),
      422)
      << "the role does not give DELETE";
  Json body = key_body(api);
  body["grants"][0]["methods"] = {"GET", "POST"};
  const Json key = engineer.session.make_key(application, body);
  ASSERT_TRUE(gateway.opens(key));
  EXPECT_EQ(gateway.call(key, "POST"), 200);
  const Answer cut = tenant_.user.patch("/v1/roles/" + role.body.value("id", "") + "?wait=applied",
                                        {{"rights", rights_on(api, {"GET"})}});
  ASSERT_EQ(cut.status(), 200) << cut.response.body;
  EXPECT_EQ(cut.body["receipt"]["gateways"][0]["state"], "applied");
  EXPECT_EQ(gateway.call(key, "POST"), 403);
  EXPECT_EQ(gateway.call(key), 200);
}

TEST_F(Roles, ADuplicateOrReservedNameIsRefused) {
  const std::string name = unique("twice");
  ASSERT_EQ(tenant_.user.post("/v1/roles", {{"name", name}}).status(), 201);
  EXPECT_EQ(tenant_.user.post("/v1/roles", {{"name", name}}).status(), 409);
  EXPECT_THAT(tenant_.user.post("/v1/roles", {{"name", "Auditor"}}).faults(),
              ElementsAre("/name reserved-name"));
  EXPECT_THAT(
      tenant_.user.post("/v1/roles", {{"name", unique("x")}, {"permissions", {"Fly"}}}).faults(),
      ElementsAre("/permissions/0 unknown-permission"));
}

}  // namespace
}  // namespace claviger::test
