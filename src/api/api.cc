#include "claviger/api/api.h"

#include "authenticate.h"
#include "route.h"

#include <utility>

#include "claviger/http/problem.h"
#include "claviger/http/query_reader.h"
#include "claviger/service/access.h"

namespace claviger::api {
namespace {

/// Authenticates, checks the permission, then acts (threats.md C22).
Result<http::Response> answer(const Route& route, Call& call) {
  if (route.credential == Credential::kSession) {
    call.caller.principal = TRY(authenticate(call));
    if (route.permission) TRY(service::require(call.caller.principal, *route.permission));
  }
  if (route.query == Query::kRefused) TRY(http::QueryReader(call.request.query).finish());
  return route.handler(call);
}

http::Route to_http(Route route, Parts& parts) {
  http::Route wrapped{.method = route.method,
                      .path = route.path,
                      .max_body_bytes = route.max_body_bytes,
                      .content_types = route.content_types,
                      .time_budget = route.time_budget,
                      .handler = {}};
  wrapped.handler = [route = std::move(route), &parts](const http::Request& request,
                                                       const http::PathParameters& path) {
    Call call{
        .parts = parts,
        .request = request,
        .path = path,
        .caller = {.principal = {}, .request_id = request.id, .source_ip = request.peer_address}};
    Result<http::Response> response = answer(route, call);
    return response ? *std::move(response) : http::error_response(response.error(), request);
  };
  return wrapped;
}

}  // namespace

std::vector<http::Route> routes(Parts& parts) {
  Routes table;
  add_setup_routes(table);
  add_session_routes(table);
  add_people_routes(table);
  add_application_routes(table);
  add_key_routes(table);
  add_verify_routes(table);
  add_catalog_routes(table);
  add_gateway_routes(table);
  std::vector<http::Route> wrapped;
  for (Route& route : table) wrapped.push_back(to_http(std::move(route), parts));
  return wrapped;
}

}  // namespace claviger::api
