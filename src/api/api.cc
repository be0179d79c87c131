#include "claviger/api/api.h"

#include "authenticate.h"
#include "client_address.h"
#include "fields.h"
#include "idempotency.h"
#include "impact.h"
#include "route.h"
#include "veeam/envelope.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "claviger/http/problem.h"
#include "claviger/http/query_reader.h"
#include "claviger/service/access.h"

namespace claviger::api {
namespace {

/// A key reaches what its service classes say; a person, everything.
bool is_open_to(core::ServiceClasses classes, const Route& route) {
  if (classes.contains(core::ServiceClass::kRest)) return true;
  // What the upstreams of guarded APIs ask.
  if (route.path == "/v1/keys/verify") return classes.contains(core::ServiceClass::kIntegration);
  return route.path.starts_with("/v1/") && classes.contains(core::ServiceClass::kUi);
}

Result<void> admit(const Route& route, Call& call, service::Metering metering) {
  if (route.credential != Credential::kRequired) return {};
  call.caller.principal = TRY(authenticate(call, metering));
  const core::Principal& principal = call.caller.principal;
  if (!is_open_to(principal.classes, route))
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "The service classes of this key do not reach this operation."));
  if (principal.read_only && route.method != "GET")
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "This credential is read-only: GET and HEAD."));
  // What is needed for others' things is never less than for one's own.
  const Needs::OneOf& least = route.needs.own;
  const bool is_enough = std::any_of(least.begin(), least.end(), [&](core::Permission permission) {
    return principal.permissions.contains(permission);
  });
  if (least.empty() || is_enough) return {};
  const auto& others = route.needs.others;
  return fail(service::lacks_for(
      call.context(), principal, least.front(),
      others && !others->empty() ? std::optional(others->front()) : std::nullopt));
}

/// A change by somebody known. What strangers do (sign in, choose a password) has limits of its
/// own.
bool changes_something(const Route& route) {
  return route.credential == Credential::kRequired && route.effect != Effect::kReads;
}

/// What a user changes is counted, so that one program gone wild does not take the writer.
Result<void> count_change(const Route& route, const Call& call) {
  if (!is_counted(route)) return {};
  service::Context& context = call.context();
  return context.changes_by_user.take(call.caller.principal.user.str(), context.clock.now());
}

/// The version that an ETag of ours names. Another tag is of no version; a weak one, too, which
/// never matches here (RFC 9110 §13.1.1). Errors: kMalformedRequest for what is no tag at all.
Result<core::Version> version_in(std::string_view tag) {
  const bool is_weak = tag.starts_with("W/");
  const std::string_view quoted = tag.substr(is_weak ? 2 : 0);
  const bool is_tag = quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"' &&
                      quoted.find('"', 1) == quoted.size() - 1;
  if (!is_tag)
    return fail(Error::refused(ErrorCode::kMalformedRequest,
                               "If-Match takes one ETag, as a GET of this thing has shown it, or "
                               "*."));
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_ours =
      !is_weak && read.ec == std::errc() && read.ptr == text.data() + text.size() && number > 0;
  return core::Version{is_ours ? number : 0};
}

/// `If-Match: "41"` says which version of the thing the caller has seen; `*` is any.
Result<void> read_precondition(const Route& route, Call& call) {
  const auto header = TRY(call.request.headers.one("If-Match"));
  if (!header || !changes_something(route)) return {};
  if (route.condition == Condition::kRefused)
    return fail(Error::refused(ErrorCode::kMalformedRequest,
                               "What this changes has no ETag that If-Match could name. Leave the "
                               "header out."));
  if (*header != "*") call.caller.seen = TRY(version_in(*header));
  return {};
}

Result<http::Response> act(const Route& route, const Call& call) {
  if (route.query == Query::kRefused) TRY(http::QueryReader(call.request.query).finish());
  return route.handler(call);
}

/// A list with the fields that were asked for; what is no list refuses the parameter.
Result<http::Response> act_on_fields(const Route& route, const Call& call, std::string_view names) {
  http::Request request = call.request;
  request.query = request.query.without("fields");
  http::Response whole = TRY(act(route, {call.parts, request, call.path, call.caller}));
  auto chosen = TRY(with_fields(std::move(whole), names));
  return chosen ? *std::move(chosen) : act(route, call);
}

/// Does everything on a database that takes it back, and tells what would have been.
Result<http::Response> rehearse(const Route& route, const Call& call) {
  if (call.request.headers.one("Idempotency-Key").value_or(std::nullopt))
    return fail(Error::refused(ErrorCode::kMalformedRequest,
                               "A dry run changes nothing, so it takes no Idempotency-Key."));
  service::Rehearsal rehearsal(call.context());
  Parts parts = call.parts.in(rehearsal.context());
  http::Request request = call.request;
  request.query = request.query.without("dryRun").without("wait").without("timeout");
  http::Response response = TRY(act(route, {parts, request, call.path, call.caller}));
  auto document = nlohmann::json::parse(response.body, nullptr, false);
  if (!document.is_object()) document = nlohmann::json::object();
  document = without_secrets(std::move(document));
  document["dryRun"] = true;
  if (auto impact = TRY(impact_of(route, call))) document["impact"] = *std::move(impact);
  return http::json_response(200, document);
}

/// What `dryRun` says, if it is there.
Result<std::optional<bool>> read_dry_run(const Call& call) {
  const auto value = TRY(call.request.query.one("dryRun"));
  if (!value) return std::optional<bool>();
  if (*value == "true" || *value == "false") return std::optional(*value == "true");
  return fail(Error::invalid(
      {{"dryRun", "not-a-truth-value", PublicText("\"dryRun\" is true or false.")}}));
}

Result<http::Response> change(const Route& route, const Call& call) {
  if (route.method == "POST") return answer_once(call, [&] { return act(route, call); });
  return act(route, call);
}

/// Tries it, or does it.
Result<http::Response> try_or_change(const Route& route, const Call& call) {
  const auto is_dry_run = TRY(read_dry_run(call));
  if (!is_dry_run) return change(route, call);
  if (*is_dry_run) return rehearse(route, call);
  http::Request request = call.request;
  request.query = request.query.without("dryRun");
  return change(route, {call.parts, request, call.path, call.caller});
}

/// Authenticates, checks the permission, then acts.
Result<http::Response> answer(const Route& route, Call& call) {
  TRY(admit(route, call, service::Metering::kCounted));
  TRY(count_change(route, call));
  if (surface_of(route) == Surface::kVeeam) return act(route, call);
  TRY(read_precondition(route, call));
  if (changes_something(route)) return try_or_change(route, call);
  if (route.method == "GET") {
    const auto fields = TRY(call.request.query.one("fields"));
    return fields ? act_on_fields(route, call, *fields) : act(route, call);
  }
  return act(route, call);
}

Call call_of(Parts& parts, const http::Request& request, const http::PathParameters& path) {
  return {.parts = parts,
          .request = request,
          .path = path,
          .caller = {.principal = {},
                     .request_id = request.id,
                     .source_ip = client_address(request, parts.trusted_proxies)}};
}

/// In the form of the API that the route is of.
http::Response error_response(const Route& route, const Error& error,
                              const http::Request& request) {
  return surface_of(route) == Surface::kVeeam ? veeam::error_response(error, request)
                                              : http::error_response(error, request);
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
    // The whole of the request is judged again, and counted then.
    const Result<void> admitted = admit(route, call, service::Metering::kNotCounted);
    return admitted ? std::nullopt
                    : std::optional(error_response(route, admitted.error(), request));
  };
  wrapped.handler = [route, &parts](const http::Request& request,
                                    const http::PathParameters& path) {
    Call call = call_of(parts, request, path);
    Result<http::Response> response = answer(route, call);
    return response ? *std::move(response) : error_response(route, response.error(), request);
  };
  return wrapped;
}

std::vector<ListedRoute> listed(Surface surface) {
  const auto names_of = [](const Needs::OneOf& permissions) {
    std::vector<std::string> names;
    for (const core::Permission permission : permissions)
      names.emplace_back(core::to_string(permission));
    return names;
  };
  std::vector<ListedRoute> list;
  for (const Route& route : all_routes()) {
    if (surface_of(route) != surface || route.path.ends_with("*}")) continue;
    ListedRoute listed{.method = route.method,
                       .path = route.path,
                       .takes_credential = route.credential != Credential::kNone,
                       .own = names_of(route.needs.own),
                       .others = std::nullopt,
                       .heeds_if_match = route.condition == Condition::kHeld,
                       .reads_query = route.query == Query::kRead,
                       .max_body_bytes = route.max_body_bytes,
                       .content_types = route.content_types};
    if (route.needs.others) listed.others = names_of(*route.needs.others);
    list.push_back(std::move(listed));
  }
  return list;
}

}  // namespace

bool is_counted(const Route& route) {
  return changes_something(route) && route.effect == Effect::kChanges;
}

Routes all_routes() {
  Routes table;
  add_setup_routes(table);
  add_session_routes(table);
  add_organization_routes(table);
  add_user_routes(table);
  add_role_routes(table);
  add_password_routes(table);
  add_second_factor_routes(table);
  add_deletion_impact_routes(table);
  add_handover_routes(table);
  add_application_routes(table);
  add_key_routes(table);
  add_key_life_routes(table);
  add_key_import_routes(table);
  add_personal_access_token_routes(table);
  add_consumer_routes(table);
  add_verify_routes(table);
  add_catalog_routes(table);
  add_audit_routes(table);
  add_gateway_routes(table);
  add_veeam_token_routes(table);
  add_veeam_user_routes(table);
  add_veeam_login_routes(table);
  add_documentation_routes(table);
  return table;
}

std::vector<service::ManagementEndpoint> management_endpoints() {
  std::vector<service::ManagementEndpoint> endpoints;
  for (const Route& route : all_routes()) {
    if (route.credential == Credential::kNone) continue;
    endpoints.push_back({core::parse_method(route.method).value(), route.path, ""});
  }
  return endpoints;
}

std::vector<ListedRoute> route_list() {
  return listed(Surface::kManagement);
}

std::vector<ListedRoute> veeam_route_list() {
  return listed(Surface::kVeeam);
}

std::vector<http::Route> routes(Parts& parts) {
  std::vector<http::Route> wrapped;
  for (const Route& route : all_routes()) {
    if (surface_of(route) == Surface::kVeeam && !parts.compatibility.veeam) continue;
    wrapped.push_back(to_http(route, parts));
  }
  return wrapped;
}

std::vector<http::ProblemForm> problem_forms(const Parts& parts) {
  if (!parts.compatibility.veeam) return {};
  return {{.base = std::string(kVeeamBase), .response = veeam::problem_response}};
}

}  // namespace claviger::api
