// /api/v3/users, /about, and what is not there.
#include "envelope.h"
#include "list_query.h"
#include "present.h"
#include "row.h"

#include <nlohmann/json.hpp>

#include "claviger/service/accounts.h"

namespace claviger::api {
namespace {

using nlohmann::json;

Result<http::Response> get_me(const Call& call) {
  return veeam::data_response(
      veeam::present(TRY(service::my_account(call.context(), call.caller))));
}

Result<http::Response> list_users(const Call& call) {
  http::QueryReader reader(call.request.query);
  const auto query =
      veeam::read_list_query(reader, veeam::account_properties(), veeam::Pages::kYes);
  TRY(reader.finish());
  std::vector<json> users;
  for (const auto& account : TRY(service::list_accounts(call.context(), call.caller)))
    users.push_back(veeam::present(account));
  return veeam::answer_list(query, std::move(users));
}

Result<http::Response> about(const Call& call) {
  const core::Organization first = TRY(service::first_organization(call.context()));
  return veeam::data_response({{"serverVersion", call.parts.version},
                               {"installationId", veeam::uuid_text(first.id.uuid())},
                               {"installationDate", to_rfc3339(first.created_at)}});
}

Result<http::Response> nothing_there(const Call&) {
  return fail(Error::refused(ErrorCode::kNotFound,
                             "There is no such resource here. Claviger answers the part of this "
                             "API that is about users and their keys."));
}

}  // namespace

void add_veeam_user_routes(Routes& routes) {
  routes.push_back(veeam::row("GET", "/users/me", nothing_on_own_alone(), get_me));
  routes.back().query = Query::kRefused;
  routes.push_back(veeam::row("GET", "/users", one(core::Permission::kViewUsers), list_users));
  routes.push_back(veeam::row("GET", "/about", nothing(), about));
  routes.back().query = Query::kRefused;
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    const bool takes_body =
        method != std::string_view("GET") && method != std::string_view("DELETE");
    routes.push_back(
        {.method = method,
         .path = std::string(kVeeamBase) + "/{rest*}",
         .credential = Credential::kNone,
         .effect = Effect::kReads,
         .needs = nothing(),
         .query = Query::kRead,
         .max_body_bytes = takes_body ? kSmallBody : kNoBody,
         .content_types = takes_body ? std::vector<std::string>{"*/*"} : std::vector<std::string>{},
         .time_budget = kUsualBudget,
         .handler = nothing_there});
  }
}

}  // namespace claviger::api
