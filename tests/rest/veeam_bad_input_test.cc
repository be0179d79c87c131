// Every route of the façade /api/v3 × every kind of bad input that can be made from the table
// alone, as bad_input_test.cc does it for the management API. There is no dry run here: what is
// asked is refused, and what could be done after all is asked about things that nobody has made.
#include "driven_routes.h"

#include <map>
#include <set>

namespace claviger::test {
namespace {

using testing::HasSubstr;

/// An administrator of an organization, who may do everything there.
struct Place {
  explicit Place(std::vector<std::string> environment)
      : installation(std::move(environment)),
        home(make_home(installation, installation.administrator(),
                       installation.administrator().get("/v1/me").body.value("organizationId", ""),
                       "home")) {}

  Installation installation;
  Home home;
};

/// Those that take a credential. The form that POST /token takes has a test of its own.
std::vector<api::ListedRoute> facade_routes() {
  std::vector<api::ListedRoute> routes = guarded_routes();
  std::erase_if(routes, [](const api::ListedRoute& route) { return !is_of_facade(route.path); });
  return routes;
}

class VeeamBadInput : public testing::Test {
 protected:
  static Place& place() {
    static Place place({"CLAVIGER__COMPATIBILITY__VEEAM=true"});
    return place;
  }

  static const Session& user() { return place().home.administrator; }

  static HttpRequest request_of(const api::ListedRoute& route) {
    const Things& things = place().home.things;
    const auto driven = drive(route, things, things);
    EXPECT_TRUE(driven) << "Describe in driven_routes.cc how this route is asked.";
    return driven ? driven->request : HttpRequest();
  }

  static Json refusal_of(HttpRequest request, int status) {
    return facade_error(user().send(std::move(request)), status);
  }

  /// Calls `check` for every route that `is_meant`, and makes sure that nothing has changed then.
  template <class IsMeant, class Check>
  static void for_each_route(IsMeant is_meant, Check check) {
    const auto changes_so_far = [] {
      return place().installation.administrator().get("/v1/audit/verification").body["verified"];
    };
    const Json before = (static_cast<void>(place()), changes_so_far());
    ASSERT_TRUE(before.is_number());
    int count = 0;
    for (const api::ListedRoute& route : facade_routes()) {
      if (!is_meant(route)) continue;
      SCOPED_TRACE(name_of(route));
      check(route);
      ++count;
    }
    EXPECT_GT(count, 0);
    EXPECT_EQ(changes_so_far(), before);
  }

  static bool takes_body(const api::ListedRoute& route) { return route.max_body_bytes > 0; }

  static bool is_any(const api::ListedRoute&) { return true; }
};

TEST_F(VeeamBadInput, AParameterThatNobodyReadsIsNamed) {
  for_each_route(is_any, [](const api::ListedRoute& route) {
    HttpRequest request = request_of(route);
    const bool has_query = request.target.find('?') != std::string::npos;
    request.target += has_query ? "&surplus=1" : "?surplus=1";
    EXPECT_EQ(refusal_of(request, 400).value("parameterName", ""), "surplus");
    // What the management API could try out is no less a mistake here.
    request.target = request_of(route).target + (has_query ? "&dryRun=true" : "?dryRun=true");
    EXPECT_EQ(refusal_of(request, 400).value("parameterName", ""), "dryRun");
  });
}

TEST_F(VeeamBadInput, Z05_ABodyThatIsNoPatchIsRefused) {
  for_each_route(takes_body, [](const api::ListedRoute& route) {
    HttpRequest request = request_of(route);
    const std::string body = request.body;
    for (const std::string& wrong :
         {body.substr(0, body.size() - 1), body + "]", std::string("[NaN]"), std::string("{}"),
          std::string("null"), std::string("1"), std::string("\"text\""),
          std::string("[{\"op\":\"\xC3\x28\"}]"), std::string(40, '[') + std::string(40, ']'),
          std::string(R"([{"op":"test","op":"replace","path":"/description","value":"a"}])"),
          std::string(R"([{"op":"replace","path":"/description","value":"a","value":"b"}])")}) {
      request.body = wrong;
      (void)refusal_of(request, 400);
    }
  });
}

TEST_F(VeeamBadInput, AnOperationOfTheWrongKindIsNamedWithItsCode) {
  for_each_route(takes_body, [](const api::ListedRoute& route) {
    HttpRequest request = request_of(route);
    for (const char* wrong :
         {"1", "null", "[]", "{}", R"({"op":1,"path":"/status","value":"enabled"})",
          R"({"op":"replace","path":"/description","value":1})",
          R"({"op":"replace","path":"/description","value":null})",
          R"({"op":"replace","path":"/status","value":true})",
          R"({"op":"replace","path":"/scopes","value":["ui"]})",
          R"({"op":"replace","path":"/isReadAccessOnly","value":true})",
          R"({"op":"replace","path":"/userUid","value":"x"})",
          R"({"op":"add","path":"/ownerId","value":"x"})", R"({"op":"remove","path":"/status"})"}) {
      request.body = std::string("[").append(wrong).append("]");
      const Json error = refusal_of(request, 400);
      EXPECT_EQ(error.value("code", 0), 1001) << wrong;
      EXPECT_TRUE(error.contains("failedJsonPatch")) << wrong;
    }
  });
}

TEST_F(VeeamBadInput, ABodyOfAnotherMediaTypeOrTooLargeIsRefused) {
  for_each_route(takes_body, [](const api::ListedRoute& route) {
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                             "application/merge-patch+json", "application/jsonx", ""}) {
      HttpRequest request = request_of(route);
      request.headers.emplace_back("Content-Type", type);
      EXPECT_EQ(refusal_of(std::move(request), 415)["type"], "transport") << type;
    }
    HttpRequest large = request_of(route);
    large.body += std::string(route.max_body_bytes, ' ');
    EXPECT_EQ(refusal_of(std::move(large), 413)["type"], "transport");
  });
}

TEST_F(VeeamBadInput, APageOrFilterThatIsNoneIsRefusedByEveryList) {
  const auto is_list = [](const api::ListedRoute& route) {
    return route.method == "GET" && route.reads_query;
  };
  for_each_route(is_list, [](const api::ListedRoute& route) {
    const auto refused = [&](const std::string& parameter) {
      HttpRequest request = request_of(route);
      request.target += '?' + parameter;
      const std::string name = parameter.substr(0, parameter.find('='));
      EXPECT_EQ(refusal_of(std::move(request), 400).value("parameterName", ""), name) << parameter;
    };
    // The list of one user's logins has no pages.
    for (const char* wrong :
         {"limit=0", "limit=501", "limit=-1", "limit=x", "limit=1.5", "limit=1&limit=2",
          "limit=", "limit=99999999999999999999", "offset=-1", "offset=x", "filter=x", "filter=1",
          "filter=[{}]", "sort=x", "sort=[1]", "select=x", "expand=all"})
      refused(wrong);
  });
}

TEST_F(VeeamBadInput, ATextThatIsNoIdIsNotThere) {
  const auto has_id = [](const api::ListedRoute& route) {
    return route.path.find('{') != std::string::npos;
  };
  for_each_route(has_id, [](const api::ListedRoute& route) {
    for (const char* wrong : {"x", "usr_x", "%27", "0", "*", "00000000-0000-0000-0000-00000000000g",
                              "99999999999999999999"}) {
      HttpRequest request = request_of(route);
      const std::size_t query = request.target.find('?');
      const std::string tail =
          query == std::string::npos ? std::string() : request.target.substr(query);
      request.target = route.path;
      for (std::size_t at = request.target.find('{'); at != std::string::npos;
           at = request.target.find('{'))
        request.target.replace(at, request.target.find('}') - at + 1, wrong);
      request.target += tail;
      (void)refusal_of(std::move(request), 404);
    }
  });
}

TEST_F(VeeamBadInput, AMethodThatIsNotOfThisPathIsRefusedWithThoseThatAre) {
  std::map<std::string, std::set<std::string>> methods = {{"/api/v3/token", {"POST"}}};
  for (const api::ListedRoute& route : facade_routes()) {
    const std::string target = request_of(route).target;
    methods[target.substr(0, target.find('?'))].insert(route.method);
  }
  for (const auto& [target, known] : methods) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"}) {
      if (known.contains(method)) continue;
      SCOPED_TRACE(method + ' ' + target);
      const Answer answer = user().send({.method = method, .target = target, .body = {}});
      EXPECT_EQ(facade_error(answer, 405)["type"], "transport");
      for (const std::string& other : known)
        EXPECT_THAT(answer.response.header("Allow").value_or(""), HasSubstr(other));
    }
  }
}

// A program gone wild is slowed down, but whoever stops something is never late.
TEST(VeeamManyChanges, TheLimitHoldsForEveryRouteButThoseThatStopSomething) {
  const Place place(
      {"CLAVIGER__LIMITS__CHANGES_PER_MINUTE=60", "CLAVIGER__COMPATIBILITY__VEEAM=true"});
  const Session& user = place.home.administrator;
  const Things nothing = place.home.things.never_made();
  for (const api::ListedRoute& route : facade_routes()) {
    if (route.method == "GET") continue;
    SCOPED_TRACE(name_of(route));
    const auto driven = drive(route, nothing, nothing);
    ASSERT_TRUE(driven);
    Answer answer;
    // The limit gives way by one request a second, which may be this one.
    for (int i = 0; i < 3 && answer.status() != 429; ++i) {
      while (user.post("/v1/applications?dryRun=true", {{"name", "a"}}).status() != 429) {
      }
      answer = user.send(driven->request);
    }
    if (route.method == "DELETE") {
      (void)facade_error(answer, 404);
      continue;
    }
    EXPECT_GT(facade_error(answer, 429).value("retryAfter", 0), 0);
    EXPECT_TRUE(answer.response.header("Retry-After"));
    EXPECT_TRUE(answer.response.header("RateLimit"));
  }
}

}  // namespace
}  // namespace claviger::test
