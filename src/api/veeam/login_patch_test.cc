#include "login_patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;
using service::LoginChange;
using service::LoginSwitch;

json login(const std::string& status = "enabled") {
  return {{"id", 12}, {"description", "nightly"}, {"status", status}, {"isReadAccessOnly", true}};
}

LoginChange change_of(std::string_view body, const json& present = login()) {
  const auto patch = read_login_patch(body, present);
  EXPECT_TRUE(patch.has_value()) << body;
  if (!patch) return {};
  const auto* change = std::get_if<LoginChange>(&*patch);
  EXPECT_NE(change, nullptr) << body;
  return change == nullptr ? LoginChange() : *change;
}

json fault_of(std::string_view body) {
  const auto patch = read_login_patch(body, login());
  const auto* fault = patch ? std::get_if<json>(&*patch) : nullptr;
  EXPECT_NE(fault, nullptr) << body;
  return fault == nullptr ? json() : *fault;
}

TEST(LoginPatch, EverySpellingOfClientsIsUnderstood) {
  for (const std::string_view body :
       {R"([{"op": "replace", "value": "disabled", "path": "/status"}])",
        R"([{"op":"replace","path":"status","value":"Disabled"}])",
        R"([{'op':'replace','path':'/status','value':'DISABLED',},])",
        R"([{"op":"add","path":"/status","value":"disabled"}])",
        R"([{"op":"test","path":"status","value":"Enabled"},
            {"op":"replace","path":"/status","value":"disabled"}])"})
    EXPECT_EQ(change_of(body).to, LoginSwitch::kOff) << body;
  EXPECT_EQ(change_of(R"([{"op":"replace","path":"/status","value":"enabled"}])",
                      login("disabledDueToUser"))
                .to,
            LoginSwitch::kOn);
}

TEST(LoginPatch, StatusAndDescriptionChangeTogether) {
  const LoginChange change = change_of(
      R"([{"op":"replace","path":"/description","value":"weekly"},
          {"op":"replace","path":"/status","value":"disabled"}])");
  EXPECT_EQ(change.description, "weekly");
  EXPECT_EQ(change.to, LoginSwitch::kOff);
}

TEST(LoginPatch, WhatChangesNothingIsNoChange) {
  const LoginChange change = change_of(R"([{"op":"replace","path":"/status","value":"enabled"}])");
  EXPECT_FALSE(change.to.has_value());
  EXPECT_FALSE(change.description.has_value());
  EXPECT_FALSE(change_of("[]").to.has_value());
}

TEST(LoginPatch, Z05_NothingElseCanBeChanged) {
  for (const std::string_view body :
       {R"([{"op":"replace","path":"/id","value":1}])",
        R"([{"op":"replace","path":"/isReadAccessOnly","value":false}])",
        R"([{"op":"add","path":"/scopes","value":["ui"]}])",
        R"([{"op":"remove","path":"/status","value":null}])",
        R"([{"op":"replace","path":"","value":{}}])",
        R"([{"op":"replace","path":"/status","value":"disabledDueToUser"}])",
        R"([{"op":"replace","path":"/status","value":7}])",
        R"([{"op":"replace","path":"/description","value":7}])",
        R"([{"op":"move","from":"/description","path":"/status"}])",
        R"([{"op":"copy","from":"/id","path":"/description"}])",
        R"([{"op":"test","path":"/status","value":"disabled"}])",
        R"([{"op":"explode","path":"/status","value":"disabled"}])",
        R"([{"path":"/status","value":"disabled"}])", R"(["disabled"])"}) {
    const json fault = fault_of(body);
    EXPECT_EQ(fault["code"], 1001) << body;
    EXPECT_TRUE(fault["failedJsonPatch"].is_object()) << body;
  }
}

TEST(LoginPatch, TheOperationThatFailedIsNamed) {
  const json fault = fault_of(
      R"([{"op":"replace","path":"/description","value":"weekly"},
          {"op":"replace","path":"companyName","value":"Beta"}])");
  EXPECT_EQ(fault["failedJsonPatch"],
            (json{{"op", "replace"}, {"path", "companyName"}, {"value", "Beta"}}));
}

TEST(LoginPatch, D02_WhatIsNoPatchIsRefused) {
  std::string many = "[";
  for (int i = 0; i < 101; ++i) many += R"({"op":"test","path":"/status","value":"enabled"},)";
  many += "]";
  for (const std::string& body :
       {std::string("{}"), std::string("["), std::string(""), many, std::string(100, '[')}) {
    const auto patch = read_login_patch(body, login());
    EXPECT_FALSE(patch.has_value()) << body.substr(0, 40);
  }
}

}  // namespace
}  // namespace claviger::api::veeam
