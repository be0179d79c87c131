// Every field of a body and every parameter that holds an id or a name, with one of a foreign
// organization: the answer is the one for what nobody has made (docs/threats.md, Z03). Ids in paths
// are the access matrix's (access_matrix_test.cc).
#include "driven_routes.h"

#include <functional>

namespace claviger::test {
namespace {

using testing::Not;

std::vector<std::string> without_limits() {
  return {"CLAVIGER__LIMITS__APPLICATIONS_PER_USER=0", "CLAVIGER__LIMITS__CHANGES_PER_MINUTE=0",
          "CLAVIGER__COMPATIBILITY__VEEAM=true"};
}

/// A request with an id in it.
using Naming = std::function<HttpRequest(const std::string& id)>;

HttpRequest post(std::string target, const Json& body) {
  return {.method = "POST", .target = std::move(target) + "?dryRun=true", .body = body.dump()};
}

HttpRequest patch(std::string target, const Json& body) {
  return {.method = "PATCH", .target = std::move(target) + "?dryRun=true", .body = body.dump()};
}

class ForeignIds : public testing::Test {
 protected:
  struct Neighbours {
    Installation installation = Installation(without_limits());
    std::string first = {};
    Things foreign = {};
    std::vector<Actor> actors = {};  ///< of one home
  };

  static Neighbours& neighbours() {
    static Neighbours& neighbours = make_neighbours();
    return neighbours;
  }

  static Neighbours& make_neighbours() {
    static Neighbours made;
    const Session& administrator = made.installation.administrator();
    made.first = administrator.get("/v1/me").body.value("organizationId", "");
    const Home home = make_home(made.installation, administrator, made.first, "home");
    made.foreign = make_home(made.installation, administrator, made.first, "foreign").things;
    const Home by_first = {.administrator = administrator, .things = home.things};
    for (const char* role :
         {"Administrator", "Organization Administrator", "Asset Provider", "Asset Consumer"})
      made.actors.push_back(make_actor(made.installation, by_first,
                                       "actor" + std::to_string(made.actors.size()), role));
    return made;
  }

  /// The answer without its request's id, and with a mark where it repeats what was asked for.
  static std::string comparable(const Answer& answer, const std::string& id) {
    std::string text = without_request_id(answer).dump();
    for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id))
      text.replace(at, id.size(), "<it>");
    return text;
  }

  static void expect_alike(const std::string& name, std::string Things::*thing,
                           const std::function<Naming(const Things& own)>& naming) {
    const Neighbours& here = neighbours();
    const std::string foreign = here.foreign.*thing;
    const std::string absent = here.foreign.never_made().*thing;
    ASSERT_FALSE(foreign.empty());
    for (const Actor& actor : here.actors) {
      SCOPED_TRACE(name + " by " + actor.role);
      const Naming request = naming(actor.things);
      const Answer first = actor.session.send(request(foreign));
      const Answer second = actor.session.send(request(absent));
      EXPECT_EQ(first.status(), second.status()) << first.response.body << second.response.body;
      EXPECT_EQ(comparable(first, foreign), comparable(second, absent));
      EXPECT_THAT(first.status(), Not(testing::AnyOf(0, 401, 500)));
    }
  }

  /// The same for a parameter of a GET.
  static void expect_parameter_alike(const std::string& target, const std::string& parameter,
                                     std::string Things::*thing) {
    expect_alike(target + '?' + parameter, thing, [=](const Things& own) -> Naming {
      std::string path = target;
      if (const std::size_t at = path.find("{application}"); at != std::string::npos)
        path.replace(at, std::string("{application}").size(), own.application);
      return [=](const std::string& id) {
        return HttpRequest{.target = path + '?' + parameter + '=' + id};
      };
    });
  }
};

Json granting(const std::string& api) {
  return key_body(api);
}

TEST_F(ForeignIds, Z03_InParametersTheyAreAbsent) {
  expect_parameter_alike("/v1/applications", "ownerId", &Things::user);
  for (const char* list : {"/v1/keys", "/v1/keys/counts"}) {
    expect_parameter_alike(list, "applicationId", &Things::application);
    expect_parameter_alike(list, "ownerId", &Things::user);
    expect_parameter_alike(list, "applicationOwnerId", &Things::user);
  }
  expect_parameter_alike("/v1/keys", "apiId", &Things::api);
  expect_parameter_alike("/v1/applications/{application}/keys", "ownerId", &Things::user);
  expect_parameter_alike("/v1/applications/{application}/keys", "applicationOwnerId",
                         &Things::user);
  expect_parameter_alike("/v1/applications/{application}/keys", "apiId", &Things::api);
  for (const char* list : {"/v1/audit", "/v1/audit/export"}) {
    expect_parameter_alike(list, "actorId", &Things::user);
    expect_parameter_alike(list, "targetId", &Things::key);
  }
  expect_parameter_alike("/v1/users", "role", &Things::role);
}

TEST_F(ForeignIds, Z03_OrganizationsAndRolesOfPeopleAreAbsent) {
  expect_alike("organizations parentId", &Things::organization, [](const Things&) -> Naming {
    return [](const std::string& id) {
      return post("/v1/organizations", {{"name", "x"}, {"parentId", id}});
    };
  });
  expect_alike("users organizationId", &Things::organization, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return post("/v1/users", {{"email", "x@example.com"},
                                {"name", "x"},
                                {"roles", {own.role}},
                                {"organizationId", id}});
    };
  });
  expect_alike("users roles", &Things::role, [](const Things&) -> Naming {
    return [](const std::string& id) {
      return post("/v1/users", {{"email", "x@example.com"}, {"name", "x"}, {"roles", {id}}});
    };
  });
  expect_alike("user roles", &Things::role, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return patch("/v1/users/" + own.receiver, {{"roles", {id}}});
    };
  });
  expect_alike("roles organizationId", &Things::organization, [](const Things&) -> Naming {
    return [](const std::string& id) {
      return post("/v1/roles", {{"name", "x"}, {"organizationId", id}});
    };
  });
}

TEST_F(ForeignIds, Z03_WhoReceivesAndWhatIsAbsent) {
  expect_alike("handover toUserId", &Things::user, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return post("/v1/users/" + own.user + "/handover", {{"toUserId", id}});
    };
  });
  expect_alike("handover applications", &Things::application, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return post("/v1/users/" + own.user + "/handover",
                  {{"toUserId", own.receiver}, {"applications", {id}}});
    };
  });
}

TEST_F(ForeignIds, Z03_KeysAmongOthersAreAbsent) {
  for (const std::string verb : {"delete", "revoke", "disable"}) {
    expect_alike("keys/" + verb, &Things::key, [verb](const Things& own) -> Naming {
      return [own, verb](const std::string& id) {
        Json body = {{"ids", {own.key, id}}};
        if (verb == "revoke") body["reason"] = "other";
        return post("/v1/keys/" + verb, body);
      };
    });
  }
  expect_alike("secret of a key", &Things::secret, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return post("/v1/keys/" + own.key + "/secrets/" + id + "/revoke", Json::object());
    };
  });
  expect_alike("key of an API", &Things::key, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      return post("/v1/apis/" + own.api + "/keys/" + id + "/withdraw", {{"reason", "other"}});
    };
  });
  expect_alike("import applicationId", &Things::application, [](const Things& own) -> Naming {
    return [own](const std::string& id) {
      Json key = key_body(own.api_name);
      key["secret"] = "an-old-systems-key-0123456789abcdef";
      return post("/v1/keys/import", {{"applicationId", id}, {"keys", {key}}});
    };
  });
}

TEST_F(ForeignIds, Z03_ApisInGrantsAreAbsent) {
  const auto in_grants = [](const std::string& name,
                            const std::function<std::string(const Things&)>& target) {
    expect_alike(name, &Things::api_name, [target](const Things& own) -> Naming {
      return [path = target(own)](const std::string& api) { return post(path, granting(api)); };
    });
  };
  in_grants("grants",
            [](const Things& own) { return "/v1/applications/" + own.application + "/keys"; });
  in_grants("tokens", [](const Things&) { return std::string("/v1/me/tokens"); });
  expect_alike("successor", &Things::api_name, [](const Things& own) -> Naming {
    return [own](const std::string& api) {
      Json body = granting(api);
      body.erase("name");
      return post("/v1/keys/" + own.key + "/successor", body);
    };
  });
  expect_alike("rights", &Things::api_name, [](const Things&) -> Naming {
    return [](const std::string& api) {
      return post("/v1/roles", {{"name", "x"}, {"rights", {{{"api", api}, {"endpoints", {"*"}}}}}});
    };
  });
  expect_alike("verify", &Things::api_name, [](const Things&) -> Naming {
    return [](const std::string& api) {
      return post("/v1/keys/verify",
                  {{"key", "x"}, {"api", api}, {"method", "GET"}, {"path", "/devices"}});
    };
  });
}

// Nothing can be tried there, so that all of these must be refused.
TEST_F(ForeignIds, Z03_LoginsOfOthersUnderOnesOwnNameAreAbsent) {
  for (const std::string method : {"GET", "PATCH", "DELETE"}) {
    expect_alike(method + " login", &Things::login, [method](const Things& own) -> Naming {
      return [own, method](const std::string& number) {
        return HttpRequest{.method = method,
                           .target = "/api/v3/users/" + own.user_uid + "/logins/" + number,
                           .body = method == "PATCH" ? "[]" : ""};
      };
    });
  }
  expect_alike("tokens userLoginId", &Things::login, [](const Things& own) -> Naming {
    return [own](const std::string& number) {
      return HttpRequest{
          .method = "DELETE",
          .target = "/api/v3/users/" + own.user_uid + "/tokens?userLoginId=" + number};
    };
  });
}

}  // namespace
}  // namespace claviger::test
