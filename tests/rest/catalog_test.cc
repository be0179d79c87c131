// APIs from documents, and what every route refuses alike.
#include "installation.h"
#include "support/waiting.h"

#include <algorithm>

namespace claviger::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Catalog : public RestTest {
 protected:
  Answer import(const std::string& name, std::string body,
                std::string type = "application/json") const {
    return tenant_.user.send(
        {.method = "POST",
         .target = "/v1/apis/import?name=" + name + "&upstream=http://127.0.0.1:9",
         .headers = {{"Content-Type", std::move(type)}},
         .body = std::move(body)});
  }

  /// fleet_document() with one path more.
  static Json with_path(const std::string& path, const Json& item) {
    Json document = fleet_document();
    document["paths"][path] = item;
    return document;
  }

  /// True once that is the gateway's reason: an import is known to it a moment after its answer.
  [[nodiscard]] bool becomes(const Json& key, const std::string& api, const std::string& path,
                             const std::string& reason) const {
    return eventually(
        [&] { return tenant_.user.verify(key, api, "GET", path)["reason"] == reason; });
  }

  const Tenant tenant_ = make_tenant();
};

std::vector<std::string> endpoints_of(const Json& api) {
  std::vector<std::string> endpoints;
  for (const Json& endpoint : api["endpoints"])
    endpoints.push_back(endpoint.value("method", "") + ' ' + endpoint.value("path", ""));
  return endpoints;
}

TEST_F(Catalog, AnApiComesFromJsonAndFromYamlAlike) {
  const std::string name = unique("fleet");
  const Answer from_json = import(name, fleet_document().dump());
  ASSERT_EQ(from_json.status(), 201) << from_json.response.body;
  EXPECT_EQ(from_json.response.header("Location"),
            "/v1/apis/" + from_json.body["id"].get<std::string>());
  EXPECT_THAT(endpoints_of(from_json.body),
              UnorderedElementsAre("GET /devices", "POST /devices", "GET /devices/{id}",
                                   "DELETE /devices/{id}", "GET /events"));
  const Answer from_yaml = import(unique("fleet"), R"(
openapi: 3.0.3
info: {title: Fleet}
servers: [{url: "https://api.example.com/v2/"}]
security: &read [{oauth: ["devices:read"]}]
paths:
  /devices:
    get: {summary: all of them, security: *read}
    head: {}
  /devices/{id}:
    delete: {security: [{oauth: ["devices:write"]}, {}]}
)",
                                  "application/yaml; charset=utf-8");
  ASSERT_EQ(from_yaml.status(), 201) << from_yaml.response.body;
  EXPECT_EQ(from_yaml.body["basePath"], "/v2");
  EXPECT_THAT(endpoints_of(from_yaml.body),
              UnorderedElementsAre("GET /devices", "DELETE /devices/{id}"));
  EXPECT_EQ(tenant_.user.list("/v1/apis").size(), 2U);
}

TEST_F(Catalog, AnImportAnewKeepsWhatKeysWereGranted) {
  const std::string name = unique("fleet");
  const std::string id = tenant_.user.import_fleet(name)["id"];
  const Json key = tenant_.user.make_key(tenant_.user.make_application(),
                                         {{"name", "reader"},
                                          {"grants",
                                           {{{"api", name},
                                             {"endpoints", {"GET /devices/{id}", "GET /devices"}},
                                             {"scopes", {"devices:read"}}}}}});
  ASSERT_TRUE(tenant_.user.verify(key, name, "GET", "/devices/7")["allowed"]);

  Json changed = with_path("/aardvarks", {{"get", Json::object()}});
  changed["paths"].erase("/devices");
  const Answer again = import(name, changed.dump());
  ASSERT_EQ(again.status(), 201) << again.response.body;
  EXPECT_EQ(again.body["id"], id);
  EXPECT_TRUE(tenant_.user.verify(key, name, "GET", "/devices/7")["allowed"]);
  EXPECT_TRUE(becomes(key, name, "/devices", "endpoint-unknown"));
  EXPECT_TRUE(becomes(key, name, "/aardvarks", "endpoint-not-granted"));

  ASSERT_EQ(import(name, fleet_document().dump()).status(), 201);
  EXPECT_TRUE(becomes(key, name, "/devices", "allowed"))
      << "an endpoint that comes back is the one that it was";
}

TEST_F(Catalog, AnUnusableDocumentIsRefusedWithThePlaceAndChangesNothing) {
  const std::string name = unique("fleet");
  tenant_.user.import_fleet(name);
  const std::string id = tenant_.user.list("/v1/apis").front()["id"];
  const Json before = tenant_.user.get("/v1/apis/" + id).body;
  const Json get = {{"get", Json::object()}};

  EXPECT_THAT(import(name, "{}").faults(), ElementsAre("/openapi not-openapi-3"));
  EXPECT_THAT(import(name, "[]").faults(), ElementsAre("/openapi not-openapi-3"));
  EXPECT_THAT(import(name, R"({"swagger":"2.0","paths":{}})").faults(),
              ElementsAre("/openapi not-openapi-3"));
  EXPECT_THAT(import(name, R"({"openapi":"3.1.0"})").faults(), ElementsAre("/paths missing"));
  EXPECT_THAT(import(name, R"({"openapi":"3.1.0","paths":{}})").faults(),
              ElementsAre("/paths no-endpoints"));
  EXPECT_THAT(import(name, with_path("/a/b", {{"$ref", "#/x"}}).dump()).faults(),
              ElementsAre("/paths/~1a~1b not-a-path-item"));
  EXPECT_THAT(import(name, with_path("/a", {{"trace", Json::object()}}).dump()).faults(),
              ElementsAre("/paths/~1a/trace trace"));
  for (const char* path : {"a", "/a//b", "/a/../b", "/a%2fb", "/a?b", "/{a", "/a{b}c{d}", "/a#b"})
    EXPECT_THAT(import(name, with_path(path, get).dump()).faults(),
                ElementsAre(HasSubstr(" not-a-path")))
        << path;
  EXPECT_THAT(
      import(name, with_path("/a", {{"get", {{"security", {{{"o", {"a b"}}}}}}}}).dump()).faults(),
      ElementsAre("/paths/~1a/get/security/0/o/0 not-a-scope"));
  Json twice = with_path("/a/{x}", get);
  twice["paths"]["/a/{y}"] = get;
  const Answer ambiguous = import(name, twice.dump());
  EXPECT_THAT(ambiguous.status(), testing::AllOf(testing::Ge(400), testing::Lt(500)))
      << ambiguous.response.body;
  twice["paths"]["/a/{y}"] = {{"head", Json::object()}};
  EXPECT_THAT(import(name, twice.dump()).faults(), ElementsAre(HasSubstr(" duplicate-endpoint")))
      << "GET answers HEAD, too";

  EXPECT_EQ(tenant_.user.get("/v1/apis/" + id).body, before);
}

TEST_F(Catalog, AHostileDocumentIsRefusedQuickly) {
  const std::string yaml = "application/yaml";
  const std::string name = unique("fleet");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int item = 0; item < 10; ++item) bomb += before + ",";
    bomb += "]\n";
  }
  EXPECT_EQ(import(name, bomb, yaml).code(), "malformed-request");
  EXPECT_EQ(import(name, "a: 1\na: 2\n", yaml).code(), "malformed-request");
  EXPECT_EQ(import(name, "{a: [}", yaml).code(), "malformed-request");
  EXPECT_EQ(import(name, "? [a, b]\n: c\n", yaml).code(), "malformed-request");
  EXPECT_EQ(import(name, "a: &x [*x]\n", yaml).code(), "malformed-request");
  EXPECT_EQ(import(name, "a: \xFF\n", yaml).code(), "malformed-request");
  for (const std::size_t depth : {100U, 10'000U, 1'000'000U}) {
    EXPECT_EQ(import(name, std::string(depth, '['), yaml).code(), "malformed-request") << depth;
    EXPECT_EQ(import(name, std::string(depth, '[') + std::string(depth, ']'), yaml).code(),
              "malformed-request")
        << depth;
    EXPECT_EQ(import(name, std::string(depth, '[') + std::string(depth, ']')).code(),
              "malformed-request")
        << depth;
  }
  EXPECT_EQ(import(name, R"({"a":1,"a":2})").code(), "malformed-request");
  EXPECT_EQ(import(name, R"({"a":)").code(), "malformed-request");
  EXPECT_EQ(tenant_.user.get("/v1/me").status(), 200) << "the server goes on";
  EXPECT_THAT(tenant_.user.list("/v1/apis"), IsEmpty());
}

TEST_F(Catalog, WrongNamesAndAddressesOfAnApiAreRefusedTogether) {
  const Answer refused = tenant_.user.post(
      "/v1/apis/import?name=A%20B&upstream=ftp://x&basePath=/a/", fleet_document());
  EXPECT_EQ(refused.status(), 422);
  EXPECT_THAT(refused.faults(), ElementsAre("name not-an-api-name", "upstream not-an-upstream",
                                            "basePath not-a-base-path"));
  for (const char* upstream : {"http://", "http://u:p@x", "http://x/?q", "http://x/%23", "x"})
    EXPECT_THAT(
        tenant_.user
            .post(std::string("/v1/apis/import?name=x&upstream=") + upstream, fleet_document())
            .faults(),
        testing::SizeIs(testing::Le(1)))
        << upstream;
}

TEST_F(Catalog, AConsumingOrganizationTakesNoMoreThanItIsGiven) {
  const std::string name = unique("fleet");
  const std::string id = tenant_.user.import_fleet(name)["id"];
  const Tenant consumer = make_tenant("Asset Consumer");
  const std::string settings = "/v1/apis/" + id + "/consumption-settings";
  const Json most = {{"endpoints", {"GET /devices"}}, {"scopes", {"devices:read"}}};
  const Answer given = tenant_.user.put(
      settings + "?wait=applied",
      {{"consumers", {{{"organizationId", consumer.organization}, {"most", most}}}}});
  ASSERT_EQ(given.status(), 200) << given.response.body;
  EXPECT_EQ(given.body["receipt"]["gateways"][0]["state"], "applied");
  EXPECT_EQ(consumer.user.list("/v1/apis").size(), 1U);

  const std::string application = consumer.user.make_application();
  const Answer beyond =
      consumer.user.post("/v1/applications/" + application + "/keys",
                         {{"name", "k"},
                          {"grants",
                           {{{"api", name},
                             {"endpoints", {"GET /devices", "DELETE /devices/{id}"}},
                             {"scopes", {"devices:read", "devices:write"}}}}}});
  EXPECT_EQ(beyond.status(), 422) << beyond.response.body;
  EXPECT_THAT(beyond.response.body, HasSubstr("DELETE /devices/{id}"));
  EXPECT_THAT(beyond.response.body, HasSubstr("devices:write"));

  Json body = key_body(name);
  body["grants"][0].update(most);
  const Json key = consumer.user.make_key(application, body);
  EXPECT_TRUE(tenant_.user.verify(key, name)["allowed"]);
  const Answer taken = tenant_.user.put(settings + "?wait=applied", {{"consumers", Json::array()}});
  ASSERT_EQ(taken.status(), 200) << taken.response.body;
  EXPECT_FALSE(tenant_.user.verify(key, name)["allowed"].get<bool>())
      << "what the maker lost, the key has lost";
  EXPECT_THAT(consumer.user.list("/v1/apis"), IsEmpty());
}

TEST_F(Catalog, AConsumerSeesItsRightsAndNotTheProvidersInside) {
  const std::string name = unique("fleet");
  const std::string id = tenant_.user.import_fleet(name)["id"];
  const Tenant consumer = make_tenant("Asset Consumer");
  const Json right = {
      {"organizationId", consumer.organization},
      {"most",
       {{"endpoints", {"GET /devices", "DELETE /devices/{id}"}}, {"methods", {"HEAD", "PUT"}}}}};
  ASSERT_EQ(
      tenant_.user
          .put("/v1/apis/" + id + "/consumption-settings", {{"consumers", Json::array({right})}})
          .status(),
      200);
  const Answer seen = consumer.user.get("/v1/apis/" + id);
  EXPECT_THAT(endpoints_of(seen.body), ElementsAre("GET /devices")) << "HEAD is a method of GET";
  EXPECT_EQ(seen.body["endpointCount"], 1);
  const std::string list = "/v1/apis/" + id + "/endpoints";
  EXPECT_EQ(consumer.user.get(list).body["data"].size(), 1U);
  const std::vector<Json> whole = tenant_.user.list(list);
  EXPECT_GT(whole.size(), 1U);
  EXPECT_EQ(tenant_.user.list(list + "?limit=1"), whole);
  const Json listed = consumer.user.list("/v1/apis").front();
  EXPECT_TRUE(listed["endpointCount"].is_null());
  const Answer beyond = consumer.user.post(
      "/v1/applications/" + consumer.user.make_application() + "/keys", key_body(name));
  EXPECT_EQ(beyond.status(), 422);
  EXPECT_THAT(beyond.response.body, Not(HasSubstr("/events"))) << "a name that is hidden";

  // A colleague who manages no API sees that there is one.
  const Answer colleagues = make_user(tenant_, "Asset Consumer").get("/v1/apis/" + id);
  EXPECT_EQ(colleagues.status(), 200);
  EXPECT_THAT(colleagues.body["endpoints"], IsEmpty());
  for (const Json& api : {seen.body, listed, colleagues.body})
    EXPECT_TRUE(api["upstream"].is_null()) << api;

  const Json managed = tenant_.user.get("/v1/apis/" + id).body;
  EXPECT_EQ(managed["upstream"], "http://127.0.0.1:9");
  EXPECT_EQ(managed["endpointCount"], 5);
  EXPECT_EQ(tenant_.user.list("/v1/apis").front()["upstream"], managed["upstream"]);
}

TEST_F(Catalog, OwnAndConsumedApisShareTheirPages) {
  const Tenant other = make_tenant();
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) {
    made.push_back(tenant_.user.import_fleet(unique("own"))["id"]);
    made.push_back(other.user.import_fleet(unique("consumed"))["id"]);
    const Json right = {{"organizationId", tenant_.organization}, {"most", {{"endpoints", {"*"}}}}};
    const Answer given = other.user.put("/v1/apis/" + made.back() + "/consumption-settings",
                                        {{"consumers", Json::array({right})}});
    ASSERT_EQ(given.status(), 200) << given.response.body;
  }
  std::sort(made.begin(), made.end());  // two of one millisecond may come in any order
  for (const char* limit : {"1", "2", "4", "5", "6", "100"}) {
    std::vector<std::string> seen;
    for (const Json& api : tenant_.user.list(std::string("/v1/apis?limit=") + limit))
      seen.push_back(api["id"]);
    EXPECT_EQ(seen, made) << limit;
  }
  EXPECT_EQ(tenant_.user.get("/v1/apis?limit=6").body["pagination"]["hasMore"], false);
}

TEST_F(Catalog, AConsumerStandsOnceAndItsNamesAreThere) {
  const std::string name = unique("fleet");
  const std::string id = tenant_.user.import_fleet(name)["id"];
  const Tenant consumer = make_tenant("Asset Consumer");
  const auto right = [&](const std::string& organization, const char* endpoint) {
    return Json{{"organizationId", organization}, {"most", {{"endpoints", {endpoint}}}}};
  };
  const Answer refused = tenant_.user.put(
      "/v1/apis/" + id + "/consumption-settings",
      {{"consumers",
        {right(consumer.organization, "GET /devices"), right(consumer.organization, "GET /events"),
         right(tenant_.organization, "GET /nothing")}}});
  EXPECT_EQ(refused.status(), 422);
  EXPECT_THAT(refused.faults(), ElementsAre("/consumers/1/organizationId named-twice",
                                            "/consumers/2/most/endpoints/0 unknown-endpoint"));
  EXPECT_THAT(consumer.user.list("/v1/apis"), IsEmpty());
}

/// What every route has in common, on one of them.
class Requests : public RestTest {
 protected:
  Answer create(std::string body, HeaderFields headers = {}) const {
    return tenant_.user.send({.method = "POST",
                              .target = "/v1/applications",
                              .headers = std::move(headers),
                              .body = std::move(body)});
  }

  const Tenant tenant_ = make_tenant();
};

TEST_F(Requests, WhatIsNotAskedForIsRefusedByItsPlace) {
  EXPECT_THAT(create(R"({"name":"a","nmae":"b","description":7})").faults(),
              UnorderedElementsAre(HasSubstr("/nmae unknown-field"), HasSubstr("/description ")));
  EXPECT_THAT(create("{}").faults(), ElementsAre(HasSubstr("/name ")));
  EXPECT_THAT(create(R"({"name":""})").faults(), ElementsAre(HasSubstr("/name ")));
  EXPECT_THAT(create(R"({"name":"a\u0000b"})").status(), 422);
  EXPECT_THAT(create(R"({"name":"a\nb"})").status(), 422);
  EXPECT_THAT(create(Json({{"name", std::string(201, 'x')}}).dump()).faults(),
              ElementsAre(HasSubstr("/name ")));
  EXPECT_EQ(create("[]").status() / 100, 4);
  EXPECT_EQ(create(R"({"name":"a","name":"b"})").status(), 400);
  EXPECT_EQ(create("{\"name\":\"\xC3\x28\"}").status(), 400);
  EXPECT_EQ(create(R"({"name":"\ud800"})").status(), 400);
  EXPECT_EQ(create(R"({"name":"a"} {})").status(), 400);
  EXPECT_EQ(create(R"({"name":"a","ownerId":"usr_1","organizationId":"org_1"})").faults().size(),
            2U);
  EXPECT_EQ(create(R"({"name":"a"})", {{"Content-Type", "text/plain"}}).status(), 415);
  EXPECT_EQ(create(R"({"name":"a"})", {{"Content-Encoding", "gzip"}}).status(), 415);
  EXPECT_EQ(
      create(Json({{"name", "a"}, {"description", std::string(70'000, 'x')}}).dump()).status(),
      413);
  EXPECT_THAT(tenant_.user.get("/v1/applications?limt=5").faults(),
              ElementsAre("limt unknown-parameter"));
  for (const char* limit : {"0", "101", "-1", "x", "", "9999999999999999999"})
    EXPECT_EQ(tenant_.user.get(std::string("/v1/applications?limit=") + limit).status(), 422)
        << limit;
  EXPECT_EQ(tenant_.user.get("/v1/applications?limit=1&limit=2").status() / 100, 4);
  EXPECT_EQ(tenant_.user.get("/v1/applications/x").status(), 404);
  EXPECT_EQ(tenant_.user.get("/v1/nothing").status(), 404);
  EXPECT_EQ(tenant_.user.send({.method = "PUT", .target = "/v1/applications"}).status(), 405);
  EXPECT_THAT(tenant_.user.list("/v1/applications"), IsEmpty());
}

TEST_F(Requests, AParameterOfAPostThatNobodyReadsIsRefused) {
  EXPECT_EQ(tenant_.user.post("/v1/applications?dry=true", {{"name", "a"}}).status(), 422);
  const std::string application = tenant_.user.make_application();
  EXPECT_EQ(tenant_.user.get("/v1/applications/" + application + "?fields=name").status(), 422);
  EXPECT_EQ(tenant_.user.get("/v1/me?x=1").status(), 422);
  EXPECT_EQ(tenant_.user.list("/v1/applications").size(), 1U) << "what is refused makes nothing";
}

TEST_F(Requests, EveryProblemCarriesTheRequestsId) {
  const Answer mine =
      tenant_.user.send({.target = "/v1/keys/x", .headers = {{"X-Request-Id", "my-request-1"}}});
  EXPECT_EQ(mine.response.header("X-Request-Id"), "my-request-1");
  EXPECT_EQ(mine.body["requestId"], "my-request-1");
  EXPECT_EQ(mine.response.header("Content-Type"), "application/problem+json");
  EXPECT_THAT(tenant_.user.get("/v1/keys/x").response.header("X-Request-Id").value_or("").size(),
              testing::Gt(16U));
}

TEST_F(Requests, D01_ACursorThatIsNoneIsRefused) {
  const std::string application = tenant_.user.make_application();
  for (const std::string& cursor : {std::string("x"), std::string("key_01m82fsf32fs280czzej9ht0bm"),
                                    std::string("'%20OR%201=1--"), application + "x"})
    EXPECT_THAT(tenant_.user.get("/v1/applications?cursor=" + cursor).faults(),
                ElementsAre("cursor not-a-cursor"))
        << cursor;
  EXPECT_THAT(tenant_.user.get("/v1/keys?status=dead").faults(), ElementsAre(HasSubstr("status ")));
}

}  // namespace
}  // namespace claviger::test
