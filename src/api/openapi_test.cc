// The API description (openapi/claviger.yaml) is held against the program: its routes and its
// words.
#include "documents.h"
#include "route.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "claviger/core/access_key.h"
#include "claviger/core/foreign_secret.h"
#include "claviger/core/permission.h"
#include "claviger/core/service_class.h"
#include "claviger/http/problem.h"

namespace claviger::api {
namespace {

using nlohmann::json;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

const json& document() {
  static const json parsed = json::parse(openapi_json());
  return parsed;
}

/// What a reference leads to; anything else itself.
json resolved(const json& value) {
  if (!value.is_object() || !value.contains("$ref")) return value;
  return document().at(json::json_pointer(value.at("$ref").get<std::string>().substr(1)));
}

const json& schema(const std::string& name) {
  return document().at("components").at("schemas").at(name);
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// "get /v1/keys" and the operation, for each of the document.
std::map<std::string, const json*> operations() {
  std::map<std::string, const json*> all;
  for (const auto& [path, item] : document().at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method != "parameters") all.emplace(method + ' ' + path, &operation);
    }
  }
  return all;
}

std::string name_of(const Route& route) {
  return lower_case(route.method).append(" ").append(route.path);
}

/// The routes that are described: all but the one that says of every other path that it is not
/// there.
Routes described_routes() {
  Routes routes = all_routes();
  std::erase_if(routes, [](const Route& route) { return route.path.ends_with("*}"); });
  return routes;
}

bool is_ours(const Route& route) {
  return surface_of(route) == Surface::kManagement;
}

const json& operation_of(const Route& route) {
  return document().at("paths").at(route.path).at(lower_case(route.method));
}

/// "query limit", for each parameter of the operation and of its path.
std::set<std::string> parameters_of(const Route& route) {
  std::set<std::string> names;
  const auto add = [&](const json& owner) {
    if (!owner.contains("parameters")) return;
    for (const json& parameter : owner.at("parameters"))
      names.insert(resolved(parameter).value("in", "") + ' ' +
                   resolved(parameter).value("name", ""));
  };
  add(document().at("paths").at(route.path));
  add(operation_of(route));
  return names;
}

std::set<std::string> names_of(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

bool has_example(const json& content) {
  return std::all_of(content.begin(), content.end(),
                     [](const json& media) { return media.contains("example"); });
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  std::set<std::string> routes;
  for (const Route& route : described_routes()) routes.insert(name_of(route));
  std::set<std::string> described;
  for (const auto& [name, operation] : operations()) described.insert(name);
  EXPECT_EQ(described, routes);
}

TEST(OpenApi, NamesThePermissionAndTheCredentialOfEachRoute) {
  for (const Route& route : described_routes()) {
    const json& operation = operation_of(route);
    // Where one of several will do, the use case says which one it takes.
    const Needs::OneOf& least = route.needs.own;
    const json permission = least.size() == 1 ? json(core::to_string(least.front())) : json();
    ASSERT_TRUE(operation.contains("x-claviger-permission")) << name_of(route);
    EXPECT_EQ(operation.at("x-claviger-permission"), permission) << name_of(route);
    const bool is_open = operation.value("security", json()) == json::array({json::object()});
    EXPECT_EQ(is_open, route.credential == Credential::kNone) << name_of(route);
    EXPECT_TRUE(is_open || !operation.contains("security")) << name_of(route);
  }
}

TEST(OpenApi, SaysWhichBodiesARouteTakes) {
  for (const Route& route : described_routes()) {
    const json body = operation_of(route).value("requestBody", json::object());
    EXPECT_THAT(names_of(body.value("content", json::object())),
                UnorderedElementsAreArray(route.content_types))
        << name_of(route);
    EXPECT_EQ(body.value("x-claviger-max-bytes", std::size_t{0}), route.max_body_bytes)
        << name_of(route);
  }
}

TEST(OpenApi, GivesARouteItsParameters) {
  for (const Route& route : described_routes()) {
    const std::set<std::string> parameters = parameters_of(route);
    const bool has_session = route.credential == Credential::kRequired;
    const bool changes = has_session && is_ours(route) && route.effect != Effect::kReads;
    EXPECT_EQ(parameters.contains("query dryRun"), changes) << name_of(route);
    EXPECT_EQ(parameters.contains("header Idempotency-Key"), changes && route.method == "POST")
        << name_of(route);
    EXPECT_EQ(parameters.contains("header If-Match"), route.condition == Condition::kHeld)
        << name_of(route);
    EXPECT_EQ(parameters.contains("query wait"), parameters.contains("query timeout"));
    for (const std::string& name : parameters) {
      if (name.starts_with("query ") && name != "query dryRun" && name != "query fields") {
        EXPECT_EQ(route.query, Query::kRead) << name_of(route) << ": " << name;
      }
      if (name.starts_with("path ")) {
        EXPECT_NE(route.path.find('{' + name.substr(5) + '}'), std::string::npos) << name_of(route);
      }
    }
  }
}

TEST(OpenApi, DeclaresTheRefusalsOfARoute) {
  for (const Route& route : described_routes()) {
    const std::set<std::string> statuses = names_of(operation_of(route).at("responses"));
    std::set<std::string> expected = {"400", "500", "503"};
    if (!is_ours(route)) expected = {"400", "520"};
    if (route.credential == Credential::kRequired) expected.insert({"401", "403"});
    if (route.max_body_bytes != 0) expected.insert({"413", "415"});
    if (is_ours(route) && (route.credential == Credential::kRequired || route.max_body_bytes != 0))
      expected.insert("422");
    if (route.path.find('{') != std::string::npos) expected.insert("404");
    if (parameters_of(route).contains("header Idempotency-Key")) expected.insert("409");
    EXPECT_THAT(statuses, IsSupersetOf(expected)) << name_of(route);
    // A password can be guessed; the tokens of links cannot.
    const bool can_be_guessed =
        route.method == "POST" && (route.path == "/v1/sessions" || route.path == "/api/v3/token");
    EXPECT_EQ(statuses.contains("429"), is_counted(route) || can_be_guessed) << name_of(route);
    EXPECT_EQ(statuses.contains("412"), parameters_of(route).contains("header If-Match"))
        << name_of(route);
  }
}

TEST(OpenApi, HasAnExampleOfEachBody) {
  std::set<std::string> ids;
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(ids.insert(operation->at("operationId")).second) << name;
    if (operation->contains("requestBody")) {
      EXPECT_TRUE(has_example(operation->at("requestBody").at("content"))) << name;
    }
    for (const auto& [status, response] : operation->at("responses").items())
      EXPECT_TRUE(has_example(resolved(response).value("content", json::object())))
          << name << ' ' << status;
  }
}

/// What JSON Schema has, as far as the document uses it: a keyword with a mistake in it means
/// nothing, and nobody says so.
void check_keywords(const json& schema, const std::string& place) {
  static const std::set<std::string> plain = {
      "$ref",      "const",         "default",       "description", "enum",
      "examples",  "format",        "maximum",       "maxItems",    "maxLength",
      "minimum",   "maxProperties", "minProperties", "minItems",    "pattern",
      "minLength", "required",      "type",          "title"};
  if (!schema.is_object()) return;
  for (const auto& [keyword, value] : schema.items()) {
    const std::string inner = place + '/' + keyword;
    if (keyword == "properties" || keyword == "patternProperties") {
      for (const auto& [name, property] : value.items())
        check_keywords(property, inner + '/' + name);
    } else if (keyword == "allOf" || keyword == "oneOf") {
      for (const json& part : value) check_keywords(part, inner);
    } else if (keyword == "items" || keyword == "not" || keyword == "propertyNames" ||
               keyword == "additionalProperties" || keyword == "unevaluatedProperties") {
      check_keywords(value, inner);
    } else {
      EXPECT_TRUE(plain.contains(keyword)) << place << ": " << keyword;
    }
  }
}

TEST(OpenApi, HasNoSchemaWithAKeywordThatMeansNothing) {
  const json& components = document().at("components");
  for (const auto& [name, schema] : components.at("schemas").items()) check_keywords(schema, name);
  for (const char* kind : {"parameters", "headers"}) {
    for (const auto& [name, owner] : components.at(kind).items())
      check_keywords(owner.at("schema"), name);
  }
}

TEST(OpenApi, KnowsEveryWordThatTheProgramKnows) {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < http::kErrorCodeCount; ++i)
    codes.emplace_back(to_string(static_cast<ErrorCode>(i)));
  for (std::size_t i = 0; i < http::kMessageFaultCount; ++i)
    codes.emplace_back(to_string(static_cast<http::MessageFault>(i)));
  EXPECT_THAT(schema("Problem").at("properties").at("code").at("enum"),
              UnorderedElementsAreArray(codes));
  std::vector<std::string> permissions;
  for (const core::Permission permission : core::PermissionSet::all().list())
    permissions.emplace_back(core::to_string(permission));
  EXPECT_EQ(schema("PermissionName").at("enum"), json(permissions));
  const auto words = [](const auto& list) {
    return json(std::vector<std::string>(list.begin(), list.end()));
  };
  EXPECT_EQ(schema("KeyStatus").at("enum"), words(core::key_status_words()));
  EXPECT_EQ(schema("RevokeReason").at("enum"), words(core::revoke_reason_words()));
  EXPECT_EQ(schema("ServiceClass").at("enum"), words(core::kServiceClassWords));
  const json& digest = schema("ImportedKey").at("properties").at("digest").at("properties");
  EXPECT_EQ(digest.at("alphabet").at("enum"), words(core::foreign_alphabets()));
}

}  // namespace
}  // namespace claviger::api
