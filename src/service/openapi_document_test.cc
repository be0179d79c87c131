#include "claviger/service/openapi_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::service {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// A document with these paths and nothing else.
json with_paths(const char* paths) {
  return {{"openapi", "3.1.0"}, {"paths", json::parse(paths)}};
}

OpenApiDocument read(const json& document) {
  return read_openapi_document(document).value();
}

/// "pointer code" of each fault.
std::vector<std::string> faults_of(const json& document) {
  const auto result = read_openapi_document(document);
  std::vector<std::string> faults;
  if (result) return faults;
  for (const Fault& fault : result.error().faults())
    faults.push_back(fault.pointer + ' ' + fault.code);
  return faults;
}

TEST(OpenApiDocument, AnEndpointIsAPathAndAMethod) {
  const auto document = read(with_paths(
      R"({"/a/{b}":{"get":{"summary":"s"},"delete":{},"parameters":[],"x-y":1},"x-ext":7})"));
  ASSERT_EQ(document.endpoints.size(), 2U);
  EXPECT_EQ(document.endpoints[0].method, core::Method::kGet);
  EXPECT_EQ(document.endpoints[0].path, "/a/{b}");
  EXPECT_EQ(document.endpoints[0].summary, "s");
  EXPECT_EQ(document.endpoints[1].method, core::Method::kDelete);
}

TEST(OpenApiDocument, HeadBesideGetIsNoEndpointOfItsOwn) {
  EXPECT_EQ(read(with_paths(R"({"/a":{"get":{},"head":{}}})")).endpoints.size(), 1U);
  EXPECT_EQ(read(with_paths(R"({"/a":{"head":{}}})")).endpoints[0].method, core::Method::kHead);
}

TEST(OpenApiDocument, AnOperationNeedsTheScopesOfAllItsRequirements) {
  json document = with_paths(R"({"/a":{
      "get":{"security":[{"o":["r","w"]},{"p":["r","x"]},{}]},
      "put":{"security":[]}, "post":{}}})");
  document["security"] = json::parse(R"([{"o":["all"]}])");
  const auto endpoints = read(document).endpoints;
  ASSERT_EQ(endpoints.size(), 3U);
  EXPECT_THAT(endpoints[0].scopes, ElementsAre("r", "w", "x"));
  EXPECT_THAT(endpoints[1].scopes, ElementsAre("all")) << "POST takes the document's";
  EXPECT_THAT(endpoints[2].scopes, IsEmpty()) << "PUT says that it needs none";
}

TEST(OpenApiDocument, TheBasePathIsThePathOfTheFirstServer) {
  json document = with_paths(R"({"/a":{"get":{}}})");
  for (const auto& [url, base_path] : {std::pair{"https://x.example/v1/", "/v1"},
                                       {"https://x.example", ""},
                                       {"/v2", "/v2"},
                                       {"/", ""}}) {
    document["servers"] = {{{"url", url}}, {{"url", "/other"}}};
    EXPECT_EQ(read(document).base_path, base_path) << url;
  }
  for (const char* url : {"/{version}", "https://x/a/../b", "https://x/%2f", "v1", "http://[x"}) {
    document["servers"] = {{{"url", url}}};
    EXPECT_THAT(faults_of(document), ElementsAre("/servers/0/url not-a-base-path")) << url;
  }
}

TEST(OpenApiDocument, EveryWrongPlaceIsNamed) {
  EXPECT_THAT(faults_of(with_paths(R"({
      "a":{"get":{}}, "/b//":{"get":{}}, "/c~d":{"$ref":"#/x"}, "/e":{"trace":{}},
      "/f":{"get":[]}, "/g":{"get":{"security":{}}}, "/h":{"get":{"security":[{"o":["*"]}]}},
      "/i":7})")),
              ElementsAre("/paths/~1b~1~1 not-a-path", "/paths/~1c~0d not-a-path-item",
                          "/paths/~1e/trace trace", "/paths/~1f/get not-an-operation",
                          "/paths/~1g/get/security not-security",
                          "/paths/~1h/get/security/0/o/0 not-a-scope", "/paths/~1i not-a-path-item",
                          "/paths/a not-a-path"));
}

TEST(OpenApiDocument, WhatIsNoDocumentIsRefused) {
  for (const char* text : {"null", "[]", "7", "{}", R"({"swagger":"2.0"})", R"({"openapi":3})",
                           R"({"openapi":"2.9"})"})
    EXPECT_THAT(faults_of(json::parse(text)), ElementsAre("/openapi not-openapi-3")) << text;
  EXPECT_THAT(faults_of(json::parse(R"({"openapi":"3.0.0"})")), ElementsAre("/paths missing"));
  EXPECT_THAT(faults_of(with_paths("{}")), ElementsAre("/paths no-endpoints"));
}

TEST(OpenApiDocument, AFloodOfFaultsEndsAtAHundred) {
  json document = with_paths("{}");
  for (int i = 0; i < 500; ++i) document["paths"]["bad" + std::to_string(i)] = json::object();
  EXPECT_EQ(faults_of(document).size(), 100U);
}

TEST(OpenApiDocument, ReadingEndsAtTheFirstScopeTooMany) {
  json names = json::array();
  for (int i = 0; i < 40'000; ++i) names.push_back("s" + std::to_string(i));
  json document = with_paths(R"({"/a":{"get":{}}, "/b":{"get":{"security":7}}})");
  document["paths"]["/a"]["get"]["security"] = {{{"o", names}}};
  EXPECT_THAT(faults_of(document), ElementsAre("/paths/~1a/get/security/0/o/128 too-many-scopes"));
  document["paths"]["/a"]["get"]["security"] = {{{"o", json(names.begin(), names.begin() + 128)}}};
  EXPECT_THAT(faults_of(document), ElementsAre("/paths/~1b/get/security not-security"));
}

TEST(OpenApiDocument, ScopesAreCountedOverTheWholeDocument) {
  json document = with_paths("{}");
  for (int i = 0; i < 129; ++i)
    document["paths"]["/" + std::to_string(1000 + i)]["get"]["security"] = {
        {{"o", {"s" + std::to_string(i)}}}};
  EXPECT_THAT(faults_of(document), ElementsAre("/paths/~11128/get/security/0/o/0 too-many-scopes"));
}

TEST(OpenApiDocument, ReadingEndsAtTheFirstEndpointTooMany) {
  json document = with_paths("{}");
  for (int i = 0; i < 6000; ++i)
    document["paths"]["/" + std::to_string(10'000 + i)] = {{"get", {{"security", 7}}}};
  document["paths"]["/"] = {{"get", json::object()}};
  document["security"] = {{{"o", {"*"}}}};
  EXPECT_EQ(faults_of(document).back(), "/paths too-many-endpoints");
  EXPECT_EQ(faults_of(document).size(), 100U);
}

TEST(OpenApiDocument, TheScopesOfTheDocumentAreReadOnce) {
  json document = with_paths(R"({"/a":{"get":{},"put":{}},"/b":{"get":{}}})");
  document["security"] = json::parse(R"([{"o":["*"]}])");
  EXPECT_THAT(faults_of(document), ElementsAre("/security/0/o/0 not-a-scope"));
}

TEST(OpenApiDocument, ASummaryIsCutBetweenCharacters) {
  json document = with_paths(R"({"/a":{"get":{}}})");
  std::string summary = "x";
  for (int i = 0; i < 200; ++i) summary += "ä";
  document["paths"]["/a"]["get"]["summary"] = summary;
  EXPECT_EQ(read(document).endpoints[0].summary, summary.substr(0, 299));
}

}  // namespace
}  // namespace claviger::service
