// /v1/organizations and /v1/users.
#include "claviger/service/people.h"

#include "list.h"
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

Result<http::Response> list_organizations(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::OrganizationId>(query);
  TRY(query.finish());
  return page_response(
      TRY(service::list_organizations(call.context(), call.caller, page)),
      [](const auto& organization) { return present(organization); },
      [](const auto& organization) { return organization.id; });
}

Result<http::Response> create_organization(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::NewOrganization wanted{
      .name = body.required_string("name", {.max_bytes = 200}),
      .parent = body.optional_id<core::OrganizationId>("parentId")};
  TRY(body.finish());
  return http::json_response(
      201, present(TRY(service::create_organization(call.context(), call.caller, wanted))));
}

Result<http::Response> list_users(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::UserId>(query);
  TRY(query.finish());
  return page_response(
      TRY(service::list_users(call.context(), call.caller, page)),
      [](const auto& user) { return present(user); }, [](const auto& user) { return user.id; });
}

std::vector<core::Role> read_roles(http::ObjectReader& body) {
  std::vector<core::Role> roles;
  const auto names = body.required_strings("roles", {.min_items = 1, .max_items = core::kRoleCount},
                                           {.max_bytes = 100});
  for (const std::string& name : names) {
    if (const auto role = core::parse_role(name))
      roles.push_back(*role);
    else if (!name.empty())
      body.fault("roles", "unknown-role", "There is no role \"" + name + "\".");
  }
  return roles;
}

Result<http::Response> create_user(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  service::NewUser wanted{.email = body.required_string("email", {.max_bytes = 254}),
                          .name = body.required_string("name", {.max_bytes = 200}),
                          .password = Secret(body.required_string(
                              "password", {.max_bytes = service::kMaxPasswordBytes})),
                          .roles = read_roles(body),
                          .organization = body.optional_id<core::OrganizationId>("organizationId")};
  TRY(body.finish());
  return http::json_response(
      201, present(TRY(service::create_user(call.context(), call.caller, std::move(wanted)))));
}

}  // namespace

void add_people_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/v1/organizations",
                    .credential = Credential::kSession,
                    .permission = std::nullopt,
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_organizations});
  routes.push_back({.method = "POST",
                    .path = "/v1/organizations",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kManageOrganizations,
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_organization});
  routes.push_back({.method = "GET",
                    .path = "/v1/users",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kViewUsers,
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_users});
  routes.push_back({.method = "POST",
                    .path = "/v1/users",
                    .credential = Credential::kSession,
                    .permission = core::Permission::kManageUsers,
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_user});
}

}  // namespace claviger::api
