// What the table of routes says, held against what the design says: the matrix of answers is worked
// out from the table (access_matrix_test.cc), so that the table itself must be right.
#include "access_model.h"
#include "driven_routes.h"

#include <map>
#include <set>

namespace claviger::test {
namespace {

bool is_of_this_api(const api::ListedRoute& route) {
  return route.path.starts_with("/v1/");
}

/// The routes that a permission opens, by whose things it opens them for.
struct Opened {
  std::map<std::string, Names> own;
  std::map<std::string, Names> others;
};

Opened opened() {
  Opened opened;
  for (const api::ListedRoute& route : api::route_list()) {
    if (!is_of_this_api(route)) continue;
    for (const std::string& permission : route.own) opened.own[permission].insert(name_of(route));
    for (const std::string& permission : route.others.value_or(std::vector<std::string>()))
      opened.others[permission].insert(name_of(route));
  }
  return opened;
}

const Names kViewing = {"GET /v1/applications/{id}/keys", "GET /v1/keys", "GET /v1/keys/counts",
                        "GET /v1/keys/{id}"};
const Names kCreating = {"POST /v1/applications/{id}/keys", "POST /v1/keys/import",
                         "POST /v1/keys/{id}/renew", "POST /v1/keys/{id}/rotate",
                         "POST /v1/keys/{id}/successor"};
const Names kStopping = {"DELETE /v1/keys/{id}",
                         "POST /v1/keys/{id}/revoke",
                         "POST /v1/keys/{id}/disable",
                         "POST /v1/keys/{id}/enable",
                         "POST /v1/keys/{id}/secrets/{which}/revoke",
                         "POST /v1/keys/delete",
                         "POST /v1/keys/revoke",
                         "POST /v1/keys/disable"};
const Names kEditing = {"PATCH /v1/keys/{id}"};

Names with(Names names, const std::string& more) {
  names.insert(more);
  return names;
}

TEST(RouteTable, TheTwelvePermissionsAndTheTwoBesideThemOpenWhatTheyName) {
  const Opened found = opened();
  const std::map<std::string, Names> of_applications = {
      {"View applications", {"GET /v1/applications", "GET /v1/applications/{id}"}},
      {"Create application", {"POST /v1/applications"}},
      {"Edit application", {"PATCH /v1/applications/{id}"}},
      {"Revoke application", {"POST /v1/applications/{id}/revoke"}}};
  for (const auto& [permission, routes] : of_applications) {
    EXPECT_EQ(found.own.at(permission), routes) << permission;
    EXPECT_EQ(found.others.at(permission), routes) << permission;
  }
  const std::map<std::string, Names> of_mine = {
      {"View access keys for my applications", with(kViewing, "GET /v1/me/tokens")},
      {"Create access keys for my application", with(kCreating, "POST /v1/me/tokens")},
      {"Edit access keys for my application", kEditing},
      {"Revoke access keys for my applications", kStopping},
      {"Restrict access keys for my applications", kEditing}};
  for (const auto& [permission, routes] : of_mine) {
    EXPECT_EQ(found.own.at(permission), routes) << permission;
    EXPECT_FALSE(found.others.contains(permission)) << permission;
  }
  const std::map<std::string, Names> of_any = {
      {"View access keys for any application", kViewing},
      {"Create access keys for any application", kCreating},
      {"Edit access keys for any application", kEditing},
      {"Revoke access keys for any application", kStopping},
      {"Restrict access keys for any application", kEditing}};
  for (const auto& [permission, routes] : of_any) {
    EXPECT_EQ(found.others.at(permission), routes) << permission;
    EXPECT_FALSE(found.own.contains(permission)) << permission;
  }
}

// docs/threats.md, Z04: there is no side door.
TEST(RouteTable, Z04_NothingIsChangedWithoutAPermissionButWhatIsOnesOwn) {
  Names for_anybody;
  Names for_whoever_is_signed_in;
  for (const api::ListedRoute& route : api::route_list()) {
    if (!is_of_this_api(route)) continue;
    if (!route.takes_credential)
      for_anybody.insert(name_of(route));
    else if (route.method != "GET" && route.own.empty())
      for_whoever_is_signed_in.insert(name_of(route));
  }
  EXPECT_EQ(for_anybody, (Names{"POST /v1/sessions", "POST /v1/passwords", "POST /v1/setup"}));
  EXPECT_EQ(for_whoever_is_signed_in,
            (Names{"DELETE /v1/sessions", "DELETE /v1/me/sessions/{id}", "POST /v1/me/password",
                   "POST /v1/me/totp", "POST /v1/me/totp/confirm", "DELETE /v1/me/totp",
                   "POST /v1/users/{id}/handover", "POST /v1/handovers/{id}/accept",
                   "POST /v1/handovers/{id}/decline"}));
}

// What the façade says under its own names opens with the same permissions.
TEST(RouteTable, Z04_TheFacadeHasNoSideDoorEither) {
  std::map<std::string, Names> needed;
  for (const api::ListedRoute& route : api::veeam_route_list())
    needed[name_of(route)] = Names(route.own.begin(), route.own.end());
  const Names view = {"View access keys for my applications"};
  const Names revoke = {"Revoke access keys for my applications"};
  const std::string logins = "/api/v3/users/{userUid}/logins";
  EXPECT_EQ(needed, (std::map<std::string, Names>{
                        {"POST /api/v3/token", {}},
                        {"GET /api/v3/about", {}},
                        {"GET /api/v3/users/me", {}},
                        {"GET /api/v3/users", {"View users"}},
                        {"GET /api/v3/users/logins", view},
                        {"GET " + logins, view},
                        {"GET " + logins + "/{userLoginId}", view},
                        {"GET /api/v3/organizations/{organizationUid}/keys", view},
                        {"POST " + logins + "/apikey", {"Create access keys for my application"}},
                        {"PATCH " + logins + "/{userLoginId}",
                         with(revoke, "Edit access keys for my application")},
                        {"DELETE " + logins + "/{userLoginId}", revoke},
                        {"DELETE /api/v3/users/{userUid}/tokens", {}}}));
}

// Whoever may do something with others' things may do it with their own: admission looks at the
// latter alone.
TEST(RouteTable, WhatOpensOthersThingsOpensOnesOwn) {
  for (const api::ListedRoute& route : guarded_routes()) {
    if (!route.others) continue;
    SCOPED_TRACE(name_of(route));
    for (std::size_t i = 0; i < route.own.size(); ++i)
      EXPECT_TRUE(closed({route.others->at(i)}).contains(route.own[i]));
  }
}

}  // namespace
}  // namespace claviger::test
