// Nobody reaches past their own rights by way of somebody else: whose roles they give, whom they
// rule over, and whose keys they make stronger or take over (docs/threats.md, I6 and Z01).
#include "installation.h"
#include "support/waiting.h"

#include <algorithm>

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class OwnRights : public RestTest {
 protected:
  /// A role of the organization, made by somebody who may; returns its name.
  [[nodiscard]] static std::string make_role(const Session& by, const std::string& organization,
                                             Json body) {
    const std::string name = unique("role");
    body.update({{"name", name}, {"organizationId", organization}});
    const Answer made = by.post("/v1/roles", body);
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return name;
  }

  [[nodiscard]] std::string role_with(const Json& permissions) const {
    return make_role(tenant_.user, tenant_.organization, {{"permissions", permissions}});
  }

  [[nodiscard]] static Json user_with(const Json& roles) {
    return {{"email", unique("new") + "@example.com"},
            {"name", "New"},
            {"password", kPassword},
            {"roles", roles}};
  }

  [[nodiscard]] static Json on_management_api(const Json& scopes) {
    return {{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", scopes}};
  }

  [[nodiscard]] static std::string path_of(const Json& key) {
    return "/v1/keys/" + key.value("id", "");
  }

  /// A key that may more than whoever may only look after keys.
  [[nodiscard]] Json make_strong_key(const Json& more = Json::object()) const {
    Json body = {{"name", "strong"}, {"grants", {on_management_api({"users:manage"})}}};
    body.update(more);
    return tenant_.user.make_key(tenant_.user.make_application(), body);
  }

  /// Somebody who looks after everybody's keys, and may nothing else.
  [[nodiscard]] Person make_keeper_of_keys() const {
    return make_person(tenant_,
                       role_with({"View applications", "View access keys for any application",
                                  "Create access keys for any application",
                                  "Revoke access keys for any application",
                                  "Restrict access keys for any application"}));
  }

  const Tenant tenant_ = make_tenant();
};

// ---- roles

TEST_F(OwnRights, I6_ARoleOnWhatAnApiHasLostIsNotGivenByWhoeverDoesNotHoldTheRest) {
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const std::string role = make_role(
      tenant_.user, tenant_.organization,
      {{"rights",
        {{{"api", api}, {"endpoints", {"GET /devices", "GET /events"}}, {"scopes", {"*"}}}}}});
  Json without = fleet_document();
  without["paths"].erase("/events");
  ASSERT_EQ(
      tenant_.user.post("/v1/apis/import?name=" + api + "&upstream=http://127.0.0.1:9", without)
          .status(),
      201);
  const Person manager = make_person(tenant_, role_with({"Manage users"}));
  const Answer given = manager.session.post("/v1/users", user_with({role}));
  EXPECT_EQ(given.status(), 403) << given.response.body;
  EXPECT_THAT(given.body.value("detail", ""), HasSubstr("no longer has"));
}

TEST_F(OwnRights, Z01_NobodyIsShelteredByARoleOnWhatAnApiHasLost) {
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const std::string role =
      make_role(tenant_.user, tenant_.organization,
                {{"rights", {{{"api", api}, {"endpoints", {"GET /events"}}, {"scopes", {"*"}}}}}});
  const Answer made = tenant_.user.post("/v1/users", user_with({role, "Asset Provider"}));
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Session provider = sign_in(endpoint(), made.body.value("email", ""));
  Json without = fleet_document();
  without["paths"].erase("/events");
  ASSERT_EQ(provider.post("/v1/apis/import?name=" + api + "&upstream=http://127.0.0.1:9", without)
                .status(),
            201);
  const std::string path = "/v1/users/" + made.body.value("id", "");
  EXPECT_EQ(tenant_.user.patch(path, {{"roles", {role, "Operator"}}}).status(), 200)
      << "who manages the API holds every right on it";
  const Person manager = make_person(tenant_, role_with({"Manage users", "View gateways"}));
  EXPECT_EQ(manager.session.patch(path, {{"roles", {role}}}).status(), 403);
  EXPECT_EQ(manager.session.get(path + "/sessions").status(), 200);
  EXPECT_EQ(manager.session.act(path + "/disable?wait=applied").status(), 200);
  EXPECT_EQ(manager.session.act(path + "/enable").status(), 403) << "that gives them back";
  EXPECT_EQ(provider.get("/v1/me").status(), 401);
}

/// A reseller with a company below it, and somebody who manages users and keys in both, and views
/// gateways in the reseller's own organization alone.
class OwnRightsBelow : public OwnRights {
 protected:
  void SetUp() override {
    const Answer below = reseller_.user.post(
        "/v1/organizations", {{"name", unique("company")}, {"parentId", reseller_.organization}});
    ASSERT_EQ(below.status(), 201) << below.response.body;
    company_ = below.body.value("id", "");
    const std::string far = make_role(
        reseller_.user, reseller_.organization,
        {{"reach", "descendants"},
         {"permissions",
          {"Manage users", "Manage roles", "View applications",
           "View access keys for any application", "Create access keys for any application"}}});
    const Answer made = reseller_.user.post("/v1/users", user_with({far, "Operator"}));
    ASSERT_EQ(made.status(), 201) << made.response.body;
    far_reaching_ = std::make_unique<Session>(sign_in(endpoint(), made.body.value("email", "")));
  }

  /// Somebody new in the company, made by the reseller's administrator.
  [[nodiscard]] Person make_person_below(const Json& roles) const {
    Json body = user_with(roles);
    body["organizationId"] = company_;
    const Answer made = reseller_.user.post("/v1/users", body);
    EXPECT_EQ(made.status(), 201) << made.response.body;
    const std::string email = made.body.value("email", "");
    return {.id = made.body.value("id", ""), .email = email, .session = sign_in(endpoint(), email)};
  }

  const Tenant reseller_ = make_tenant("Administrator");
  std::string company_;
  std::unique_ptr<Session> far_reaching_;
};

TEST_F(OwnRightsBelow, I6_WhatIsHeldInTheOwnOrganizationAloneIsNotGivenBelow) {
  Json user = user_with({"Operator"});
  EXPECT_EQ(far_reaching_->post("/v1/users", user).status(), 201) << "it is held here";
  user = user_with({"Operator"});
  user["organizationId"] = company_;
  EXPECT_EQ(far_reaching_->post("/v1/users", user).status(), 403);
  user["roles"] = {"Billing Manager"};
  const Answer made = far_reaching_->post("/v1/users", user);
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const std::string path = "/v1/users/" + made.body.value("id", "");
  EXPECT_EQ(far_reaching_->patch(path, {{"roles", {"Operator"}}}).status(), 403);
}

TEST_F(OwnRightsBelow, I6_NorIsItPutIntoARoleThereOrTakenOutOfOne) {
  Json role = {{"name", unique("watcher")},
               {"permissions", {"View gateways"}},
               {"organizationId", company_}};
  EXPECT_EQ(far_reaching_->post("/v1/roles", role).status(), 403);
  const Answer theirs = reseller_.user.post("/v1/roles", role);
  ASSERT_EQ(theirs.status(), 201) << theirs.response.body;
  const std::string path = "/v1/roles/" + theirs.body.value("id", "");
  EXPECT_EQ(far_reaching_->patch(path, {{"permissions", Json::array()}}).status(), 403);
  EXPECT_EQ(far_reaching_->remove(path).status(), 403);
  role.update({{"name", unique("viewer")}, {"permissions", {"View users"}}});
  const Answer own = far_reaching_->post("/v1/roles", role);
  ASSERT_EQ(own.status(), 201) << own.response.body;
  const std::string held = "/v1/roles/" + own.body.value("id", "");
  EXPECT_EQ(far_reaching_->patch(held, {{"permissions", {"View gateways"}}}).status(), 403);
}

TEST_F(OwnRightsBelow, I6_ARoleThatIsHeldBelowIsChangedByWhoeverManagesRolesThere) {
  const Json role =
      reseller_.user
          .post("/v1/roles", {{"name", unique("helper")}, {"permissions", {"View applications"}}})
          .body;
  const std::string path = "/v1/roles/" + role.value("id", "");
  const Person local = make_person(reseller_, "Organization Administrator");
  ASSERT_EQ(local.session.patch(path, {{"permissions", {"View users"}}}).status(), 200)
      << "so far nobody has it";
  const Person below = make_person_below(Json::array({role["id"]}));
  EXPECT_EQ(local.session.patch(path, {{"permissions", {"Manage users"}}}).status(), 403);
  EXPECT_EQ(local.session.patch(path, {{"permissions", Json::array()}}).status(), 403);
  EXPECT_EQ(local.session.remove(path).status(), 403);
  EXPECT_EQ(below.session.get("/v1/users").status(), 200) << "nothing has changed";
  EXPECT_EQ(reseller_.user.patch(path, {{"permissions", Json::array()}}).status(), 200);
  EXPECT_EQ(sign_in(endpoint(), below.email).get("/v1/users").status(), 403);
}

TEST_F(OwnRightsBelow, I6_NobodyRulesBelowOverWhoeverHoldsMoreThere) {
  const Person operating = make_person_below({"Operator"});
  const std::string path = "/v1/users/" + operating.id;
  EXPECT_EQ(far_reaching_->act(path + "/reset-password").status(), 403);
  EXPECT_EQ(far_reaching_->get(path + "/sessions").status(), 403);
  EXPECT_EQ(far_reaching_->act(path + "/disable").status(), 403);
  EXPECT_EQ(far_reaching_->remove(path).status(), 403);
  const Person local = make_person(reseller_, "Operator");
  EXPECT_EQ(far_reaching_->act("/v1/users/" + local.id + "/reset-password").status(), 201);
}

TEST_F(OwnRightsBelow, Z01_NobodyTakesTheSecretOfAKeyBelowThatMayMoreThere) {
  const Person maker = make_person_below({"Organization Administrator"});
  const auto key_for = [](const Session& session) {
    return session.make_key(session.make_application(),
                            {{"name", "key"}, {"grants", {on_management_api({"gateways:view"})}}});
  };
  const Json below = key_for(maker.session);
  const Answer taken = far_reaching_->post(path_of(below) + "/rotate", Json::object());
  EXPECT_EQ(taken.status(), 422) << taken.response.body;
  EXPECT_FALSE(taken.body.contains("key"));
  const Person near = make_person(reseller_, "Organization Administrator");
  const Answer own =
      far_reaching_->post(path_of(key_for(near.session)) + "/rotate", Json::object());
  EXPECT_EQ(own.status(), 200) << own.response.body;
}

// ---- handovers

TEST_F(OwnRights, Z01_AHandoverLeavesKeysOnTheManagementApiWithTheirMaker) {
  const std::string api = unique("fleet");
  tenant_.user.import_fleet(api);
  const Person giver = make_person(tenant_, "Organization Administrator");
  const Person receiver = make_person(tenant_, "Organization Administrator");
  const std::string application = giver.session.make_application();
  Json both = key_body(api);
  both["grants"].push_back(on_management_api({"users:manage"}));
  const Json acting = giver.session.make_key(application, both);
  const Json usual = giver.session.make_key(application, api);
  hand_over(giver, receiver);
  const auto maker_of = [&](const Json& key) {
    return receiver.session.get(path_of(key)).body.value("ownerId", "");
  };
  EXPECT_EQ(maker_of(acting), giver.id);
  EXPECT_EQ(maker_of(usual), receiver.id);
  const Session caller(endpoint(), acting.value("secret", ""));
  EXPECT_EQ(caller.get("/v1/me").body.value("id", ""), giver.id)
      << "whoever knows the secret acts for nobody else";
}

TEST_F(OwnRights, I6_WhoeverOffersAnothersApplicationsHoldsNoLessThanThey) {
  const Person manager = make_person(tenant_, role_with({"Manage users"}));
  const Person strong = make_person(tenant_, "Asset Provider");
  const Person weak = make_person(tenant_, role_with({"Create application"}));
  const Person equal = make_person(tenant_, role_with({"View users"}));
  (void)strong.session.make_application();
  const auto offer = [&](const Session& by, const Person& from) {
    return by.post("/v1/users/" + from.id + "/handover", {{"toUserId", weak.id}});
  };
  const Answer refused = offer(manager.session, strong);
  EXPECT_EQ(refused.status(), 403) << refused.response.body;
  EXPECT_THAT(refused.body.value("detail", ""), HasSubstr("which you do not hold yourself"));
  EXPECT_EQ(offer(manager.session, equal).status(), 409) << "there is nothing to hand over";
  EXPECT_EQ(offer(tenant_.user, strong).status(), 201);
}

// ---- keys

TEST_F(OwnRights, Z01_AKeyDoesNotWatchOrChangeUsers) {
  const Person person = make_person(tenant_, "Operator");
  const std::string path = "/v1/users/" + person.id;
  const auto sessions = tenant_.user.list(path + "/sessions");
  ASSERT_EQ(sessions.size(), 1U);
  const Answer token = tenant_.user.post(
      "/v1/me/tokens", {{"name", "token"},
                        {"serviceClasses", {"rest"}},
                        {"grants", {on_management_api({"users:manage", "gateways:view"})}}});
  ASSERT_EQ(token.status(), 201) << token.response.body;
  const Session caller(endpoint(), token.body.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return caller.get(path).status() == 200; }));
  EXPECT_EQ(caller.get(path + "/sessions").status(), 403);
  EXPECT_EQ(caller.remove(path + "/sessions").status(), 403);
  EXPECT_EQ(caller.remove(path + "/sessions/" + sessions[0].value("id", "")).status(), 403);
  EXPECT_EQ(caller.act(path + "/reset-password").status(), 403);
  EXPECT_EQ(caller.patch(path, {{"name", "Other"}}).status(), 403);
  EXPECT_EQ(caller.act(path + "/disable").status(), 403);
  EXPECT_EQ(caller.remove(path).status(), 403);
  EXPECT_EQ(person.session.get("/v1/me").status(), 200);
}

TEST_F(OwnRights, Z01_NobodySucceedsAnothersKeyThatMayMore) {
  const Json strong = make_strong_key();
  const Person keeper = make_keeper_of_keys();
  const Json narrow = {{"grants", {on_management_api({"any-keys:view"})}}};
  const Answer refused = keeper.session.post(path_of(strong) + "/successor", narrow);
  EXPECT_EQ(refused.status(), 422) << refused.response.body;
  EXPECT_THAT(refused.faults(), ElementsAre("/grants/0/scopes beyond-your-rights"));
  EXPECT_EQ(tenant_.user.get(path_of(strong)).body["successorId"], nullptr);
}

TEST_F(OwnRights, Z01_NobodyStrengthensAnothersKeyThatMayMore) {
  const Json strong = make_strong_key({{"expiresIn", "30d"}, {"allowedIps", {"192.0.2.0/24"}}});
  const std::string path = path_of(strong);
  const Person keeper = make_keeper_of_keys();
  EXPECT_EQ(keeper.session.post(path + "/renew", {{"expiresIn", "60d"}}).status(), 422);
  EXPECT_EQ(keeper.session.patch(path, {{"allowedIps", nullptr}}).status(), 422);
  EXPECT_EQ(keeper.session.act(path + "/disable").status(), 200)
      << "what stops something is always allowed";
  EXPECT_EQ(keeper.session.act(path + "/enable").status(), 422);
  const Json now = tenant_.user.get(path).body;
  EXPECT_EQ(now["status"], "disabled");
  EXPECT_EQ(now["expiresAt"], strong["expiresAt"]);
  EXPECT_EQ(now["allowedIps"], strong["allowedIps"]);
}

// A key has its maker's reach, whoever holds its secret.
TEST_F(OwnRightsBelow, Z01_NobodyStrengthensAKeyThatReachesFurtherThanTheyDo) {
  const Json key = reseller_.user.make_key(
      reseller_.user.make_application(),
      {{"name", "far"}, {"expiresIn", "1d"}, {"grants", {on_management_api({"users:view"})}}});
  const Answer near = reseller_.user.post("/v1/users", user_with({"Organization Administrator"}));
  ASSERT_EQ(near.status(), 201) << near.response.body;
  const Session keeper = sign_in(endpoint(), near.body.value("email", ""));
  const std::string path = path_of(key);
  ASSERT_EQ(keeper.get(path).status(), 200);
  EXPECT_EQ(keeper.post(path + "/rotate", Json::object()).status(), 422);
  EXPECT_EQ(keeper.post(path + "/renew", {{"expiresIn", "60d"}}).status(), 422);
  EXPECT_EQ(keeper.patch(path, {{"allowedIps", {"0.0.0.0/0"}}}).status(), 422);
  EXPECT_EQ(keeper.post(path + "/successor", Json::object()).status(), 422);
  ASSERT_EQ(keeper.act(path + "/disable").status(), 200) << "to stop it is open to them";
  EXPECT_EQ(keeper.act(path + "/enable").status(), 422);
  EXPECT_EQ(reseller_.user.act(path + "/enable").status(), 200);
  EXPECT_EQ(reseller_.user.post(path + "/rotate", Json::object()).status(), 200);
}

TEST_F(OwnRights, I6_ALinkForAPasswordEndsWithWhoeverIssuedIt) {
  const Answer made = tenant_.user.post("/v1/users", user_with({"Asset Consumer"}));
  const std::string user = "/v1/users/" + made.body.value("id", "");
  const auto choose = [&](const Answer& link) {
    EXPECT_EQ(link.status(), 201) << link.response.body;
    return send(endpoint(),
                {.method = "POST",
                 .target = "/v1/passwords",
                 .body = Json({{"token", link.body.value("token", "")}, {"password", kPassword}})
                             .dump()})
        .status();
  };
  const Person issuer = make_person(tenant_, "Organization Administrator");
  const std::string path = "/v1/users/" + issuer.id;
  const Answer before_other_roles = issuer.session.act(user + "/reset-password");
  ASSERT_EQ(
      tenant_.user.patch(path, {{"roles", {"Organization Administrator", "Operator"}}}).status(),
      200);
  EXPECT_EQ(choose(before_other_roles), 403);
  const Answer before_the_end = sign_in(endpoint(), issuer.email).act(user + "/reset-password");
  ASSERT_EQ(tenant_.user.act(path + "/disable").status(), 200);
  EXPECT_EQ(choose(before_the_end), 403);
  EXPECT_EQ(choose(tenant_.user.act(user + "/reset-password")), 204);
}

// Whoever asked for the link ruled over the user as they were then.
TEST_F(OwnRights, I6_ALinkForAPasswordEndsWithTheRolesThatItsUserHad) {
  const std::string role = role_with({"View applications"});
  const Answer made = tenant_.user.post("/v1/users", user_with({role}));
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const std::string user = "/v1/users/" + made.body.value("id", "");
  const auto link = [&] {
    return tenant_.user.act(user + "/reset-password").body.value("token", "");
  };
  const auto choose = [&](const std::string& token) {
    return send(endpoint(), {.method = "POST",
                             .target = "/v1/passwords",
                             .body = Json({{"token", token}, {"password", kPassword}}).dump()})
        .status();
  };
  const std::string before_other_roles = link();
  ASSERT_EQ(tenant_.user.patch(user, {{"roles", {role, "Auditor"}}}).status(), 200);
  EXPECT_EQ(choose(before_other_roles), 403);
  const std::string before_a_wider_role = link();
  const std::vector<Json> roles = tenant_.user.list("/v1/roles");
  const auto id = std::find_if(roles.begin(), roles.end(),
                               [&](const Json& listed) { return listed["name"] == role; });
  ASSERT_NE(id, roles.end());
  ASSERT_EQ(tenant_.user
                .patch("/v1/roles/" + id->value("id", ""),
                       {{"permissions", {"View applications", "View users"}}})
                .status(),
            200);
  EXPECT_EQ(choose(before_a_wider_role), 403);
  EXPECT_EQ(choose(link()), 204);
}

TEST_F(OwnRights, Z01_NorAnothersPersonalAccessToken) {
  const Json grants = {on_management_api({"any-keys:view"})};
  const Answer token = tenant_.user.post(
      "/v1/me/tokens", {{"name", "token"}, {"expiresIn", "1d"}, {"grants", grants}});
  ASSERT_EQ(token.status(), 201) << token.response.body;
  const std::string path = path_of(token.body);
  const Person keeper = make_keeper_of_keys();
  EXPECT_EQ(keeper.session.post(path + "/renew", {{"expiresIn", "60d"}}).status(), 403);
  EXPECT_EQ(keeper.session.patch(path, {{"allowedIps", {"0.0.0.0/0"}}}).status(), 403);
  EXPECT_EQ(keeper.session.act(path + "/disable").status(), 200);
  EXPECT_EQ(keeper.session.act(path + "/enable").status(), 403);
}

}  // namespace
}  // namespace claviger::test
