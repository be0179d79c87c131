// Every route × every kind of bad input that can be made from the table alone. What depends on a
// route's own rules stands in the file of its noun.
#include "driven_routes.h"

#include <map>
#include <set>

namespace claviger::test {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Deeper than any body may be.
constexpr int kTooDeep = 40;

std::vector<std::string> without_limits() {
  return {"CLAVIGER__LIMITS__APPLICATIONS_PER_USER=0", "CLAVIGER__LIMITS__CHANGES_PER_MINUTE=0",
          "CLAVIGER__COMPATIBILITY__VEEAM=true"};
}

/// An administrator of an organization, who may do everything there, and what that is done with.
struct Place {
  explicit Place(std::vector<std::string> environment)
      : installation(std::move(environment)),
        first(installation.administrator().get("/v1/me").body.value("organizationId", "")),
        home(make_home(installation, installation.administrator(), first, "home")),
        actor(make_actor(installation,
                         {.administrator = installation.administrator(), .things = home.things},
                         "everybody", "Administrator")) {}

  Installation installation;
  std::string first;
  Home home;
  Actor actor;
};

bool takes_json(const api::ListedRoute& route) {
  return route.max_body_bytes > 0;
}

/// An OpenAPI document may hold anything beside what is read.
bool takes_a_document(const api::ListedRoute& route) {
  return route.path == "/v1/apis/import";
}

bool changes_something(const api::ListedRoute& route) {
  return route.takes_credential && route.method != "GET" && !is_a_question(route.path);
}

std::string with_parameter(const std::string& target, const std::string& parameter) {
  return target + (target.find('?') == std::string::npos ? '?' : '&') + parameter;
}

/// A value that no field of this one's type takes.
Json of_another_type(const Json& value) {
  if (value.is_string()) return {{"a", 1}};
  return "text";
}

class BadInput : public testing::Test {
 protected:
  static Place& place() {
    static Place place(without_limits());
    return place;
  }

  static HttpRequest request_of(const api::ListedRoute& route) {
    const Things& things = place().actor.things;
    const auto driven = drive(route, things, things);
    EXPECT_TRUE(driven) << "Describe in driven_routes.cc how this route is asked.";
    return driven ? driven->request : HttpRequest();
  }

  static Answer send(const api::ListedRoute& route, HttpRequest request) {
    if (!route.takes_credential)
      return test::send(place().installation.endpoint(), std::move(request));
    return place().actor.session.send(std::move(request));
  }

  static Answer send_body(const api::ListedRoute& route, std::string body) {
    HttpRequest request = request_of(route);
    request.body = std::move(body);
    return send(route, std::move(request));
  }

  /// What was ever changed: the audit's length.
  static Json changes_so_far() {
    return place().installation.administrator().get("/v1/audit/verification").body["verified"];
  }

  /// Calls `check` for every route that `is_meant`, and makes sure that nothing has changed then.
  template <class IsMeant, class Check>
  static void for_each_route(IsMeant is_meant, Check check) {
    const Json before = (static_cast<void>(place()), changes_so_far());
    ASSERT_TRUE(before.is_number());
    int count = 0;
    for (const api::ListedRoute& route : api::route_list()) {
      if (!is_meant(route)) continue;
      SCOPED_TRACE(name_of(route));
      check(route);
      ++count;
    }
    EXPECT_GT(count, 0);
    EXPECT_EQ(changes_so_far(), before);
  }
};

TEST_F(BadInput, WhatIsNotJsonIsRefused) {
  for_each_route(takes_json, [](const api::ListedRoute& route) {
    const std::string body = request_of(route).body;
    for (const std::string& wrong :
         {body.substr(0, body.size() - 1), body + "}", std::string("{\"a\":\"\xC3\x28\"}"),
          std::string("{'a':1}"), std::string("{\"a\":NaN}"), std::string("\xEF\xBB\xBF{}x")}) {
      const Answer answer = send_body(route, wrong);
      EXPECT_EQ(answer.status(), 400) << wrong << answer.response.body;
      EXPECT_EQ(answer.code(), "malformed-request");
    }
  });
}

TEST_F(BadInput, Z05_AFieldThatStandsTwiceIsRefused) {
  for_each_route(takes_json, [](const api::ListedRoute& route) {
    const std::string body = request_of(route).body;
    const std::string rest = body == "{}" ? "}" : ',' + body.substr(1);
    const Answer answer = send_body(route, R"({"twice":1,"twice":1)" + rest);
    EXPECT_EQ(answer.status(), 400) << answer.response.body;
    EXPECT_THAT(answer.faults(), ElementsAre("/twice duplicate-field"));
    if (body == "{}") return;
    // Of two values, nobody may come to see the one and act on the other.
    EXPECT_EQ(send_body(route, body.substr(0, body.size() - 1) + rest).status(), 400);
  });
}

TEST_F(BadInput, D02_ABodyThatIsNestedTooDeeplyIsRefused) {
  for_each_route(takes_json, [](const api::ListedRoute& route) {
    const std::string deep = R"({"a":)" + std::string(kTooDeep, '[') + std::string(kTooDeep, ']');
    EXPECT_EQ(send_body(route, deep + '}').status(), 400);
  });
}

TEST_F(BadInput, ABodyThatIsNoObjectIsRefused) {
  for_each_route(takes_json, [](const api::ListedRoute& route) {
    for (const char* body : {"[]", "null", "1", R"("text")", "true"})
      EXPECT_EQ(send_body(route, body).status(), 422) << body;
  });
}

TEST_F(BadInput, ABodyOfAnotherMediaTypeIsRefused) {
  for_each_route(takes_json, [](const api::ListedRoute& route) {
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data", "application/xml", "application/jsonx", ""}) {
      HttpRequest request = request_of(route);
      request.headers.emplace_back("Content-Type", type);
      EXPECT_EQ(send(route, std::move(request)).status(), 415) << type;
    }
  });
}

TEST_F(BadInput, D02_ABodyThatIsTooLargeIsRefused) {
  for_each_route([](const api::ListedRoute&) { return true; },
                 [](const api::ListedRoute& route) {
                   const std::string spaces(route.max_body_bytes + 1, ' ');
                   HttpRequest request = request_of(route);
                   request.body += spaces;
                   if (route.method == "GET") return;
                   EXPECT_EQ(send(route, std::move(request)).status(), 413);
                 });
}

TEST_F(BadInput, AFieldOfTheWrongTypeIsNamed) {
  for_each_route(
      [](const auto& route) { return takes_json(route) && !takes_a_document(route); },
      [](const api::ListedRoute& route) {
        const Json body = Json::parse(request_of(route).body);
        for (const auto& [field, value] : body.items()) {
          SCOPED_TRACE(field);
          Json wrong = body;
          wrong[field] = of_another_type(value);
          const Answer answer = send_body(route, wrong.dump());
          EXPECT_EQ(answer.status(), 422) << answer.response.body;
          EXPECT_THAT(answer.faults(), Contains(StartsWith('/' + field)));
          if (!value.is_string()) continue;
          wrong[field] = std::string(20'000, 'x');
          EXPECT_EQ(send_body(route, wrong.dump()).status(), 422) << "a text that is too long";
          wrong[field] = "a\x01z";
          EXPECT_THAT(send_body(route, wrong.dump()).status(), AnyOf(400, 422)) << "control";
        }
      });
}

TEST_F(BadInput, WhatABodyCannotDoWithoutIsNamed) {
  for_each_route([](const auto& route) { return takes_json(route) && !takes_a_document(route); },
                 [](const api::ListedRoute& route) {
                   const Json body = Json::parse(request_of(route).body);
                   const bool is_an_edit = route.method == "PATCH";
                   if (body.empty() || is_an_edit) return;
                   EXPECT_THAT(send_body(route, "").status(), AnyOf(400, 415, 422));
                   const Answer answer = send_body(route, "{}");
                   EXPECT_EQ(answer.status(), 422) << answer.response.body;
                   EXPECT_THAT(answer.faults(), testing::Not(IsEmpty()));
                 });
}

/// Fields of that name which a route does take.
const std::set<std::string>& taken_fields() {
  static const std::set<std::string> kTaken = {
      "POST /v1/users organizationId",    "POST /v1/users password",
      "POST /v1/roles organizationId",    "POST /v1/roles permissions",
      "PATCH /v1/roles/{id} permissions", "POST /v1/keys/import applicationId",
      "POST /v1/me/password password",    "POST /v1/passwords password",
      "POST /v1/sessions password",       "POST /v1/setup password"};
  return kTaken;
}

// docs/threats.md, Z02 and Z05: what something is and whose, nobody says of themselves.
TEST_F(BadInput, Z05_AFieldThatIsTheServersToFillIsRefusedByEveryRoute) {
  for_each_route([](const auto& route) { return takes_json(route) && !takes_a_document(route); },
                 [](const api::ListedRoute& route) {
                   const Things& things = place().home.things;
                   const Json values = {{"id", things.key},
                                        {"ownerId", things.user},
                                        {"organizationId", things.organization},
                                        {"makerId", things.user},
                                        {"userId", things.user},
                                        {"applicationId", things.application},
                                        {"parent", things.organization},
                                        {"tenant_id", things.organization},
                                        {"/tenant_id", things.organization},
                                        {"status", "active"},
                                        {"state", "active"},
                                        {"createdAt", "2020-01-01T00:00:00Z"},
                                        {"revokedAt", nullptr},
                                        {"version", 1},
                                        {"permissions", {"Manage users"}},
                                        {"isAdministrator", true},
                                        {"kind", "pat"},
                                        {"prefix", "clv_ak_0000"},
                                        {"passwordHash", "x"},
                                        {"password", kPassword},
                                        {"__proto__", Json::object()}};
                   for (const auto& [field, value] : values.items()) {
                     if (taken_fields().contains(name_of(route) + ' ' + field)) continue;
                     Json body = Json::parse(request_of(route).body);
                     body[field] = value;
                     const Answer answer = send_body(route, body.dump());
                     EXPECT_EQ(answer.status(), 422) << field << answer.response.body;
                     EXPECT_THAT(answer.faults(), Contains(HasSubstr(" unknown-field"))) << field;
                   }
                 });
}

TEST_F(BadInput, Z05_NeitherDoTheObjectsWithinABodyTakeMore) {
  const Place& here = place();
  const Session& user = here.actor.session;
  const auto faults = [&](const Json& body, const std::string& target, bool put = false) {
    return (put ? user.put(target, body) : user.post(target, body)).faults();
  };
  Json key = key_body(here.home.things.api_name);
  key["grants"][0]["organizationId"] = here.first;
  EXPECT_THAT(faults(key, "/v1/applications/" + here.actor.things.application + "/keys"),
              ElementsAre("/grants/0/organizationId unknown-field"));
  EXPECT_THAT(faults(key, "/v1/me/tokens"), ElementsAre("/grants/0/organizationId unknown-field"));
  Json imported = key_body(here.home.things.api_name);
  imported["secret"] = "an-old-systems-key-0123456789abcdef";
  imported["ownerId"] = here.home.things.user;
  EXPECT_THAT(faults({{"applicationId", here.actor.things.application}, {"keys", {imported}}},
                     "/v1/keys/import"),
              ElementsAre("/keys/0/ownerId unknown-field"));
  const Json right = {{"api", here.home.things.api_name}, {"endpoints", {"*"}}, {"owner", "me"}};
  EXPECT_THAT(faults({{"name", "x"}, {"rights", {right}}}, "/v1/roles"),
              ElementsAre("/rights/0/owner unknown-field"));
  const Json consumer = {{"organizationId", here.home.things.organization},
                         {"status", "active"},
                         {"most", {{"endpoints", {"*"}}, {"id", "x"}}}};
  EXPECT_THAT(faults({{"consumers", {consumer}}},
                     "/v1/apis/" + here.home.things.api + "/consumption-settings", true),
              testing::UnorderedElementsAre("/consumers/0/status unknown-field",
                                            "/consumers/0/most/id unknown-field"));
}

TEST_F(BadInput, Z02_NobodyBecomesAnotherByAHeaderOrAParameter) {
  const Place& here = place();
  const Things& other = here.home.things;
  HttpRequest request{.method = "POST", .target = "/v1/applications", .body = R"({"name":"a"})"};
  for (const char* name :
       {"X-User-Id", "X-Organization-Id", "X-Tenant-Id", "Claviger-User-Id",
        "Claviger-Organization-Id", "X-Forwarded-User", "X-Remote-User", "X-Original-User", "From"})
    request.headers.emplace_back(name, other.user);
  const Answer made = here.actor.session.send(request);
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.body["ownerId"], here.actor.things.user);
  for (const std::string& parameter : {"ownerId=" + other.user, "userId=" + other.user,
                                       "organizationId=" + here.first, std::string("as=root")}) {
    request.target = "/v1/applications?" + parameter;
    EXPECT_THAT(here.actor.session.send(request).faults(),
                ElementsAre(parameter.substr(0, parameter.find('=')) + " unknown-parameter"));
  }
}

TEST_F(BadInput, AParameterThatNobodyReadsIsRefused) {
  for_each_route(
      // The page of the setup link is for browsers, with the token in its address.
      [](const api::ListedRoute& route) { return route.path != "/setup"; },
      [](const api::ListedRoute& route) {
        HttpRequest request = request_of(route);
        const std::string target = request.target;
        request.target = with_parameter(target, "surplus=1");
        EXPECT_THAT(send(route, request).faults(), Contains(HasSubstr("surplus")));
        request.target = with_parameter(target, "surplus=1&surplus=2");
        EXPECT_EQ(send(route, request).status(), 422);
      });
}

/// The lists that have pages.
bool is_list(const api::ListedRoute& route) {
  static const std::set<std::string> kOthers = {"/v1/keys/counts", "/setup"};
  return route.method == "GET" && route.reads_query && !kOthers.contains(route.path);
}

TEST_F(BadInput, D01_AForgedCursorIsRefusedByEveryList) {
  for_each_route(is_list, [](const api::ListedRoute& route) {
    const HttpRequest request = request_of(route);
    for (const char* cursor : {"x", "1", "eyJpZCI6MX0", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                               "%00", "..%2F..", "'%20OR%201=1"}) {
      HttpRequest forged = request;
      forged.target = with_parameter(request.target, std::string("cursor=") + cursor);
      const Answer answer = send(route, std::move(forged));
      EXPECT_THAT(answer.status(), AnyOf(400, 422)) << cursor << answer.response.body;
    }
  });
}

TEST_F(BadInput, AParameterThatStandsTwiceOrIsNoneOfItsValuesIsRefusedByEveryList) {
  for_each_route(is_list, [](const api::ListedRoute& route) {
    const HttpRequest request = request_of(route);
    // An export has pages of its own size.
    const bool is_export = route.path.ends_with("/export");
    for (const char* wrong : {"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1.5",
                              "limit=1&limit=2", "limit=99999999999999999999", "limit="}) {
      HttpRequest asked = request;
      asked.target = with_parameter(request.target, wrong);
      EXPECT_EQ(send(route, std::move(asked)).status(), 422) << wrong;
    }
    HttpRequest plain = request;
    plain.target = with_parameter(request.target, is_export ? "format=csv" : "limit=1");
    EXPECT_EQ(send(route, std::move(plain)).status(), 200);
  });
}

TEST_F(BadInput, ADryRunIsTrueOrFalse) {
  for_each_route(changes_something, [](const api::ListedRoute& route) {
    for (const char* wrong : {"dryRun=", "dryRun=1", "dryRun=yes", "dryRun=true&dryRun=true"}) {
      HttpRequest request = request_of(route);
      request.target = with_parameter(request.target, wrong);
      EXPECT_THAT(send(route, std::move(request)).status(), AnyOf(400, 422)) << wrong;
    }
  });
}

TEST_F(BadInput, AnIfMatchThatIsNoTagIsRefused) {
  for_each_route(changes_something, [](const api::ListedRoute& route) {
    for (const char* wrong : {"1", "x", "W/1", "\"1\", \"2\"", "\"", "\"1"}) {
      HttpRequest request = request_of(route);
      request.headers.emplace_back("If-Match", wrong);
      EXPECT_EQ(send(route, std::move(request)).status(), 400) << wrong;
    }
  });
}

TEST_F(BadInput, WhatWasChangedSinceItWasSeenIsNotChangedAnew) {
  for_each_route(
      [](const api::ListedRoute& route) {
        return changes_something(route) && route.path.find("{id}") != std::string::npos;
      },
      [](const api::ListedRoute& route) {
        HttpRequest request = request_of(route);
        request.headers.emplace_back("If-Match", "\"1\"");
        const Answer answer = send(route, std::move(request));
        EXPECT_EQ(answer.status(), route.heeds_if_match ? 412 : 400) << answer.response.body;
        EXPECT_EQ(answer.code(),
                  route.heeds_if_match ? "precondition-failed" : "malformed-request");
      });
}

TEST_F(BadInput, NoIfMatchIsIgnored) {
  for_each_route(
      [](const api::ListedRoute& route) {
        return changes_something(route) && !route.heeds_if_match;
      },
      [](const api::ListedRoute& route) {
        for (const char* tag : {"\"1\"", "*"}) {
          HttpRequest request = request_of(route);
          request.headers.emplace_back("If-Match", tag);
          const Answer answer = send(route, std::move(request));
          EXPECT_EQ(answer.status(), 400) << answer.response.body;
          EXPECT_THAT(answer.body.value("detail", ""), testing::HasSubstr("no ETag"));
        }
      });
}

TEST_F(BadInput, AnIdempotencyKeyIsOneVisibleText) {
  for_each_route(
      [](const api::ListedRoute& route) {
        return changes_something(route) && route.method == "POST";
      },
      [](const api::ListedRoute& route) {
        for (const std::string& wrong : {std::string("a b"), std::string("\"\""),
                                         std::string("a\"b"), std::string(256, 'x')}) {
          HttpRequest request = request_of(route);
          request.headers.emplace_back("Idempotency-Key", wrong);
          EXPECT_EQ(send(route, std::move(request)).status(), 400) << wrong;
        }
      });
}

TEST_F(BadInput, ATextThatIsNoIdIsNotThere) {
  for_each_route(
      [](const api::ListedRoute& route) { return route.path.find('{') != std::string::npos; },
      [](const api::ListedRoute& route) {
        const HttpRequest valid = request_of(route);
        for (const char* wrong : {"x", "key_", "usr_x", "%00", "%27", "0", "*"}) {
          HttpRequest request = valid;
          request.target = route.path;
          for (std::size_t at = request.target.find('{'); at != std::string::npos;
               at = request.target.find('{'))
            request.target.replace(at, request.target.find('}') - at + 1, wrong);
          EXPECT_THAT(send(route, std::move(request)).status(), AnyOf(400, 404)) << wrong;
        }
      });
}

TEST_F(BadInput, AMethodThatIsNotOfThisPathIsRefusedWithThoseThatAre) {
  std::map<std::string, std::set<std::string>> methods;
  for (const api::ListedRoute& route : api::route_list()) {
    const std::string target = request_of(route).target;
    methods[target.substr(0, target.find('?'))].insert(route.method);
  }
  for (const auto& [target, known] : methods) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"}) {
      if (known.contains(method)) continue;
      const Answer answer =
          place().actor.session.send({.method = method, .target = target, .body = {}});
      EXPECT_THAT(answer.status(), AnyOf(405, 501)) << method << ' ' << target;
      if (answer.status() != 405) continue;
      for (const std::string& other : known)
        EXPECT_THAT(answer.response.header("Allow").value_or(""), HasSubstr(other)) << target;
    }
  }
}

// A program gone wild is slowed down, but whoever stops something is never late.
TEST(ManyChanges, TheLimitHoldsForEveryRouteButThoseThatStopSomething) {
  constexpr int kLimit = 60;  // enough to furnish the place
  const Place place({"CLAVIGER__LIMITS__CHANGES_PER_MINUTE=" + std::to_string(kLimit),
                     "CLAVIGER__COMPATIBILITY__VEEAM=true"});
  const Session& user = place.actor.session;
  const auto exhaust = [&] {
    while (user.post("/v1/applications?dryRun=true", {{"name", "a"}}).status() != 429) {
    }
  };
  for (const api::ListedRoute& route : api::route_list()) {
    if (!changes_something(route)) continue;
    SCOPED_TRACE(name_of(route));
    const auto driven = drive(route, place.actor.things, place.actor.things);
    ASSERT_TRUE(driven);
    HttpRequest request = driven->request;
    request.target = with_parameter(request.target, "dryRun=true");
    Answer answer;
    // The limit gives way by one request a second, which may be this one.
    for (int i = 0; i < 3 && answer.status() != 429; ++i) {
      exhaust();
      answer = user.send(request);
    }
    const bool stops = route.method == "DELETE" || route.path.ends_with("/revoke") ||
                       route.path.ends_with("/disable") || route.path.ends_with("/withdraw") ||
                       route.path.ends_with("/delete");
    if (stops) {
      EXPECT_NE(answer.status(), 429);
      continue;
    }
    EXPECT_EQ(answer.status(), 429) << answer.response.body;
    EXPECT_TRUE(answer.response.header("Retry-After"));
    EXPECT_TRUE(answer.response.header("RateLimit"));
  }
}

}  // namespace
}  // namespace claviger::test
