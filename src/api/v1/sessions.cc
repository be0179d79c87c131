// /v1/sessions, /v1/me/sessions and /v1/me: signing in and out, and who and where one is.
#include "claviger/service/sessions.h"

#include "authenticate.h"
#include "kept_by_nobody.h"
#include "list.h"
#include "present.h"
#include "route.h"
#include "visit.h"

#include <nlohmann/json.hpp>

#include "claviger/core/key_text.h"
#include "claviger/http/object_reader.h"

namespace claviger::api {
namespace {

Result<http::Response> create_session(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const service::Credentials credentials{
      .email = body.required_string("email", {.max_bytes = 254}),
      .password =
          Secret(body.required_string("password", {.max_bytes = service::kMaxPasswordBytes})),
      .code = body.optional_string("code", {.max_bytes = core::kMaxCredentialBytes})};
  TRY(body.finish());
  const service::SignedIn session =
      TRY(service::sign_in(call.context(), credentials, visit_of(call)));
  http::Response response =
      kept_by_nobody(http::json_response(201, {{"accessToken", session.token.reveal()},
                                               {"expiresAt", present_time(session.expires_at)},
                                               {"user", present(session.user)}}));
  response.headers.add(
      {"Set-Cookie", session_cookie(session.token, call.context().sessions.lifetime)});
  return response;
}

Result<http::Response> delete_session(const Call& call) {
  TRY(service::sign_out(call.context(), call.caller));
  http::Response response = http::no_content();
  response.headers.add({"Set-Cookie", session_cookie(Secret(), Microseconds{0})});
  return response;
}

Result<http::Response> list_sessions(const Call& call) {
  http::QueryReader query(call.request.query);
  const auto page = read_page<core::SessionId>(call, query);
  TRY(query.finish());
  const auto present_mine = [&](const core::Session& session) {
    nlohmann::json presented = present(session);
    presented["current"] = session.id == call.caller.principal.session;
    return presented;
  };
  return page_response(call, TRY(service::list_my_sessions(call.context(), call.caller, page)),
                       present_mine, [](const auto& session) { return session.id; });
}

Result<http::Response> end_session(const Call& call) {
  const auto id = TRY(call.id<core::SessionId>("id"));
  TRY(service::end_my_session(call.context(), call.caller, id));
  return http::no_content();
}

Result<http::Response> get_me(const Call& call) {
  return http::json_response(200, present(TRY(service::get_me(call.context(), call.caller))));
}

}  // namespace

void add_session_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/sessions",
                    .credential = Credential::kNone,
                    .effect = Effect::kChanges,
                    .needs = nothing(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = create_session});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/sessions",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = delete_session});
  routes.push_back({.method = "GET",
                    .path = "/v1/me/sessions",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = list_sessions});
  routes.push_back({.method = "DELETE",
                    .path = "/v1/me/sessions/{id}",
                    .credential = Credential::kRequired,
                    .effect = Effect::kStops,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = end_session});
  routes.push_back({.method = "GET",
                    .path = "/v1/me",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = nothing_on_own_alone(),
                    .query = Query::kRefused,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = get_me});
}

}  // namespace claviger::api
