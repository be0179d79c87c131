// Every route × every role × whose thing it is, against a second opinion on what the answer must be
// (docs/threats.md, Z03).
#include "access_model.h"
#include "driven_routes.h"
#include "support/waiting.h"

#include <map>

namespace claviger::test {
namespace {

using testing::HasSubstr;
using Outcome = Expected::Outcome;

/// No limit stands in the way of the many requests.
std::vector<std::string> without_limits() {
  return {"CLAVIGER__LIMITS__APPLICATIONS_PER_USER=0", "CLAVIGER__LIMITS__KEYS_PER_APPLICATION=0",
          "CLAVIGER__LIMITS__CHANGES_PER_MINUTE=0", "CLAVIGER__LIMITS__SIGN_INS_PER_MINUTE=0",
          "CLAVIGER__COMPATIBILITY__VEEAM=true"};
}

/// Permissions of the roles that there are, by role.
std::map<std::string, Names> roles_of(const Session& session) {
  std::map<std::string, Names> roles;
  for (const Json& role : session.list("/v1/roles"))
    roles[role["name"]] = closed(role["permissions"].get<Names>());
  return roles;
}

/// Home, with somebody for each role and each permission, an organization below it, and a stranger.
class AccessMatrix : public testing::Test {
 protected:
  struct Caller {
    Actor actor;
    Subject subject;
  };

  struct World {
    Installation installation = Installation(without_limits());
    std::string first_organization = {};
    Things colleague = {};
    Things below = {};
    Things foreign = {};
    std::vector<Caller> callers = {};
  };

  static World& world() {
    static World& world = make_world();
    return world;
  }

  static World& make_world() {
    static World world;
    const Installation& installation = world.installation;
    const Session& first = world.installation.administrator();
    world.first_organization = first.get("/v1/me").body.value("organizationId", "");
    const Home home = make_home(installation, first, world.first_organization, "home");
    const Home below = make_home(installation, first, home.things.organization, "below");
    const Home foreign = make_home(installation, first, world.first_organization, "foreign");
    world.colleague = make_actor(installation, home, "colleague", home.things.role).things;
    world.below = make_actor(installation, below, "somebody", below.things.role).things;
    world.foreign = make_actor(installation, foreign, "stranger", foreign.things.role).things;
    add_callers(world, home);
    return world;
  }

  static void add_callers(World& world, const Home& home) {
    const Session& first = world.installation.administrator();
    // With the role "Nothing" of the homes.
    for (const auto& [role, permissions] : roles_of(first)) {
      const Subject subject{.permissions = permissions, .reaches_below = role == "Administrator"};
      world.callers.push_back({make_caller(world, home, role), subject});
    }
    for (const Json& permission : first.list("/v1/permissions")) {
      const std::string name = permission["name"];
      const Answer role = first.post("/v1/roles", {{"name", "Only " + name},
                                                   {"permissions", {name}},
                                                   {"organizationId", home.things.organization}});
      EXPECT_EQ(role.status(), 201) << role.response.body;
      world.callers.push_back(
          {make_caller(world, home, role.body.value("id", "")), {.permissions = closed({name})}});
      world.callers.back().actor.name = "Only " + name;
    }
  }

  static Actor make_caller(World& world, const Home& home, const std::string& role) {
    Home by_first = {.administrator = world.installation.administrator(), .things = home.things};
    Actor actor = make_actor(world.installation, by_first,
                             "caller-" + std::to_string(world.callers.size()), role);
    actor.name = role;
    return actor;
  }

  /// Shows on a database that takes everything back what the request would do.
  static Answer rehearse(const Session& session, HttpRequest request) {
    const bool can_be_tried = !is_a_question(request.target) && !is_of_facade(request.target);
    if (request.method != "GET" && can_be_tried)
      request.target +=
          request.target.find('?') == std::string::npos ? "?dryRun=true" : "&dryRun=true";
    return session.send(std::move(request));
  }

  static const Things& things_of(Relation relation, const Things& own) {
    static const Things kAbsent = world().foreign.never_made();
    switch (relation) {
      case Relation::kOwn:
        return own;
      case Relation::kColleagues:
        return world().colleague;
      case Relation::kBelow:
        return world().below;
      case Relation::kForeign:
        return world().foreign;
      case Relation::kAbsent:
        break;
    }
    return kAbsent;
  }

  /// Of the façade, what is refused alone is asked: the rest would be done.
  static bool can_be_asked(const api::ListedRoute& route, const Expected& expected) {
    return !is_of_facade(route.path) || route.method == "GET" ||
           expected.outcome != Outcome::kLetThrough;
  }

  /// What a refusal says, in either form.
  static std::string detail_of(const Answer& answer, const api::ListedRoute& route) {
    if (is_of_facade(route.path)) return facade_error(answer, answer.status()).value("message", "");
    return answer.body.is_object() ? answer.body.value("detail", "") : "";
  }

  static void check(const Answer& answer, const api::ListedRoute& route, const Expected& expected) {
    if (expected.outcome == Outcome::kLetThrough) {
      EXPECT_THAT(answer.status(), testing::Not(testing::AnyOf(0, 401, 403, 404, 405, 500, 503)))
          << answer.response.body;
      return;
    }
    EXPECT_EQ(answer.status(), expected.outcome == Outcome::kDenied ? 403 : 404)
        << answer.response.body;
    const std::string detail = detail_of(answer, route);
    if (expected.missing.empty()) return;
    EXPECT_THAT(detail, HasSubstr('"' + expected.missing + '"'));
    EXPECT_THAT(detail, HasSubstr("An administrator can grant it: "));
  }

  /// Nobody learns from an answer what a foreign organization has.
  static void check_for_leaks(const Answer& answer) {
    if (answer.status() >= 400) return;
    for (const std::string& name : world().foreign.names())
      EXPECT_EQ(answer.response.body.find(name), std::string::npos) << name;
  }

  /// Whoever may view their own keys alone meets a colleague's in no list.
  static void check_for_colleagues_keys(const Answer& answer, const api::ListedRoute& route,
                                        const Subject& subject) {
    const bool lists_keys = route.path.starts_with("/v1/keys") || route.path == "/v1/me/tokens" ||
                            route.path == "/v1/applications/{id}/keys";
    if (answer.status() >= 400 || !lists_keys ||
        subject.permissions.contains("View access keys for any application"))
      return;
    EXPECT_EQ(answer.response.body.find(world().colleague.key), std::string::npos);
  }

  static Answer ask(const Actor& actor, const api::ListedRoute& route, Relation relation) {
    const auto driven = drive(route, things_of(relation, actor.things), actor.things);
    return rehearse(actor.session, driven->request);
  }

  static void walk(const Caller& caller, const api::ListedRoute& route, Kind about) {
    const auto& [actor, subject] = caller;
    const bool is_about_something = about != Kind::kNothing;
    for (const Relation relation : {Relation::kOwn, Relation::kColleagues, Relation::kBelow}) {
      SCOPED_TRACE(std::string(to_string(relation)));
      const Expected expected = expected_of(subject, route, about, relation);
      if (can_be_asked(route, expected)) {
        const Answer answer = ask(actor, route, relation);
        check(answer, route, expected);
        check_for_leaks(answer);
        if (relation == Relation::kOwn) check_for_colleagues_keys(answer, route, subject);
      }
      if (!is_about_something) return;
    }
    const Answer foreign = ask(actor, route, Relation::kForeign);
    const Answer absent = ask(actor, route, Relation::kAbsent);
    SCOPED_TRACE("foreign or absent");
    check(foreign, route, expected_of(subject, route, about, Relation::kForeign));
    EXPECT_EQ(foreign.status(), absent.status());
    EXPECT_EQ(without_request_id(foreign), without_request_id(absent));
  }
};

TEST_F(AccessMatrix, Z03_EveryRouteAnswersEveryRoleAsTheTableSays) {
  for (const api::ListedRoute& route : guarded_routes()) {
    SCOPED_TRACE(name_of(route));
    const auto driven = drive(route, world().colleague, world().colleague);
    ASSERT_TRUE(driven) << "Describe in driven_routes.cc how this route is asked.";
    for (const Caller& caller : world().callers) {
      SCOPED_TRACE(caller.actor.name);
      walk(caller, route, driven->about);
    }
  }
}

TEST_F(AccessMatrix, Z03_TheFirstOrganizationsAdministratorReachesWhatLiesBelow) {
  const Session& first = world().installation.administrator();
  const Subject subject{.permissions = roles_of(first)["Administrator"],
                        .reaches_below = true,
                        .is_of_first_organization = true};
  const Things& below = world().colleague;
  for (const api::ListedRoute& route : guarded_routes()) {
    SCOPED_TRACE(name_of(route));
    const auto driven = drive(route, below, below);
    ASSERT_TRUE(driven) << "Describe in driven_routes.cc how this route is asked.";
    const Expected expected = expected_of(subject, route, driven->about, Relation::kBelow);
    if (can_be_asked(route, expected)) check(rehearse(first, driven->request), route, expected);
    const auto absent = drive(route, below.never_made(), below);
    if (driven->about != Kind::kNothing)
      check(rehearse(first, absent->request), route,
            expected_of(subject, route, driven->about, Relation::kAbsent));
  }
}

// docs/threats.md, Z06: who holds a key for another API is known here, and reaches nothing.
TEST_F(AccessMatrix, Z06_AKeyForAnotherApiReachesNoRoute) {
  const Home home = make_home(world().installation, world().installation.administrator(),
                              world().first_organization, "another");
  const Actor maker = make_actor(world().installation, home, "maker", "Organization Administrator");
  const Answer made = maker.session.post(
      "/v1/applications/" + maker.things.application + "/keys",
      {{"name", "another"},
       {"grants",
        {{{"api", maker.things.api_name}, {"endpoints", {"*"}}, {"scopes", Json::array()}}}}});
  ASSERT_EQ(made.status(), 201) << made.response.body;
  const Session key(world().installation.endpoint(), made.body.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return key.get("/v1/me").status() == 403; }));
  for (const api::ListedRoute& route : guarded_routes()) {
    const auto driven = drive(route, maker.things, maker.things);
    ASSERT_TRUE(driven) << name_of(route);
    EXPECT_EQ(rehearse(key, driven->request).status(), 403) << name_of(route);
  }
}

// docs/threats.md, Z04: without a scope a key learns who it is, what its organization is called and
// what could be called, which no permission guards; it reaches nothing of anybody's.
TEST_F(AccessMatrix, Z04_AKeyWithoutAScopeReachesWhatNoPermissionGuardsAlone) {
  const Home home = make_home(world().installation, world().installation.administrator(),
                              world().first_organization, "scopeless");
  const Actor maker = make_actor(world().installation, home, "maker", "Organization Administrator");
  const Answer token = maker.session.post(
      "/v1/me/tokens",
      {{"name", "scopeless"},
       {"grants", {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", Json::array()}}}}});
  ASSERT_EQ(token.status(), 201) << token.response.body;
  const Session key(world().installation.endpoint(), token.body.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return key.get("/v1/me").status() == 200; }));
  Names reached;
  for (const api::ListedRoute& route : guarded_routes()) {
    const auto driven = drive(route, maker.things, maker.things);
    ASSERT_TRUE(driven) << name_of(route);
    const int status = rehearse(key, driven->request).status();
    if (status != 403 && status != 404) reached.insert(name_of(route));
  }
  EXPECT_EQ(reached,
            (Names{"GET /v1/me", "GET /v1/permissions", "GET /v1/organizations",
                   "GET /v1/organizations/{id}", "GET /v1/apis", "GET /v1/apis/{id}",
                   "GET /v1/apis/{id}/endpoints", "GET /api/v3/users/me", "GET /api/v3/about"}));
}

TEST_F(AccessMatrix, I16_WithoutACredentialEveryRouteAnswersAlike) {
  std::map<bool, Json> first;  // of the façade, and of all else
  for (const api::ListedRoute& route : guarded_routes()) {
    SCOPED_TRACE(name_of(route));
    for (const Things& things : {world().colleague, world().colleague.never_made()}) {
      const auto driven = drive(route, things, things);
      ASSERT_TRUE(driven) << "Describe in driven_routes.cc how this route is asked.";
      const Answer answer = send(world().installation.endpoint(), driven->request);
      EXPECT_EQ(answer.status(), 401);
      EXPECT_TRUE(answer.response.header("WWW-Authenticate"));
      const Json said = without_request_id(answer);
      EXPECT_EQ(first.emplace(is_of_facade(route.path), said).first->second, said);
    }
  }
}

}  // namespace
}  // namespace claviger::test
