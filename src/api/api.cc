#include "claviger/api/api.h"

#include "authenticate.h"
#include "client_address.h"
#include "route.h"

#include <optional>

#include "claviger/http/problem.h"
#include "claviger/http/query_reader.h"
#include "claviger/service/access.h"

namespace claviger::api {
namespace {

Result<void> admit(const Route& route, Call& call) {
  if (route.credential != Credential::kSession) return {};
  call.caller.principal = TRY(authenticate(call));
  const core::Principal& principal = call.caller.principal;
  if (!route.permission || principal.permissions.contains(*route.permission)) return {};
  return fail(service::refusal_for_want_of(call.context(), principal, *route.permission));
}

/// What stops something is never refused for its number.
bool stops_something(const Route& route) {
  return route.method == "DELETE" || route.path.ends_with("/revoke") ||
         route.path.ends_with("/disable");
}

/// What a user changes is counted, so that one program gone wild does not take the writer.
Result<void> count_change(const Route& route, const Call& call) {
  if (route.credential != Credential::kSession || route.method == "GET" || stops_something(route))
    return {};
  service::Context& context = call.context();
  return context.changes_by_user.take(call.caller.principal.user.str(), context.clock.now());
}

/// Authenticates, checks the permission, then acts.
Result<http::Response> answer(const Route& route, Call& call) {
  TRY(admit(route, call));
  TRY(count_change(route, call));
  if (route.query == Query::kRefused) TRY(http::QueryReader(call.request.query).finish());
  return route.handler(call);
}

Call call_of(Parts& parts, const http::Request& request, const http::PathParameters& path) {
  return {.parts = parts,
          .request = request,
          .path = path,
          .caller = {.principal = {},
                     .request_id = request.id,
                     .source_ip = client_address(request, parts.trusted_proxies)}};
}

http::Route to_http(const Route& route, Parts& parts) {
  http::Route wrapped{.method = route.method,
                      .path = route.path,
                      .max_body_bytes = route.max_body_bytes,
                      .content_types = route.content_types,
                      .time_budget = route.time_budget,
                      .handler = {}};
  wrapped.admission = [route, &parts](const http::Request& request) {
    const http::PathParameters no_path;
    Call call = call_of(parts, request, no_path);
    const Result<void> admitted = admit(route, call);
    return admitted ? std::nullopt : std::optional(http::error_response(admitted.error(), request));
  };
  wrapped.handler = [route, &parts](const http::Request& request,
                                    const http::PathParameters& path) {
    Call call = call_of(parts, request, path);
    Result<http::Response> response = answer(route, call);
    return response ? *std::move(response) : http::error_response(response.error(), request);
  };
  return wrapped;
}

Routes all_routes() {
  Routes table;
  add_setup_routes(table);
  add_session_routes(table);
  add_organization_routes(table);
  add_user_routes(table);
  add_role_routes(table);
  add_password_routes(table);
  add_handover_routes(table);
  add_application_routes(table);
  add_key_routes(table);
  add_key_life_routes(table);
  add_verify_routes(table);
  add_catalog_routes(table);
  add_audit_routes(table);
  add_gateway_routes(table);
  return table;
}

}  // namespace

std::vector<service::ManagementEndpoint> management_endpoints() {
  std::vector<service::ManagementEndpoint> endpoints;
  for (const Route& route : all_routes()) {
    if (route.credential == Credential::kNone) continue;
    endpoints.push_back({core::parse_method(route.method).value(), route.path, ""});
  }
  return endpoints;
}

std::vector<http::Route> routes(Parts& parts) {
  std::vector<http::Route> wrapped;
  for (const Route& route : all_routes()) wrapped.push_back(to_http(route, parts));
  return wrapped;
}

}  // namespace claviger::api
