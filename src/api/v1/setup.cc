// POST /v1/setup: the first administrator, by the link that an empty server prints.
#include "present.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/object_reader.h"
#include "claviger/service/bootstrap.h"

namespace claviger::api {
namespace {

/// A form for whoever opens the printed link in a browser: no script, and the token stays in the
/// page.
constexpr const char* kSetupPage = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Set up Claviger</title>
<h1>Set up Claviger</h1>
<p>Make the first administrator from a terminal; TOKEN is the one in this page's address:</p>
<pre>curl -H 'Content-Type: application/json' --data @- ORIGIN/v1/setup &lt;&lt;'END'
{"token":"TOKEN","email":"you@example.com","password":"at least 12 characters"}
END</pre>
</html>
)";

Result<http::Response> show_setup(const Call& call) {
  if (!TRY(service::is_empty(call.context())))
    return fail(Error::refused(ErrorCode::kNotFound, "This installation is set up already."));
  http::Response response{.status = 200, .headers = {}, .body = kSetupPage};
  response.headers.set({"Content-Type", "text/html; charset=utf-8"});
  response.headers.set({"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"});
  response.headers.set({"Referrer-Policy", "no-referrer"});
  return response;
}

Result<http::Response> set_up(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const Secret token(body.required_string("token", {.max_bytes = core::kMaxCredentialBytes}));
  service::FirstAdministrator wanted{.email = body.required_string("email", {.max_bytes = 254}),
                                     .password = Secret(body.required_string(
                                         "password", {.max_bytes = service::kMaxPasswordBytes}))};
  TRY(body.finish());
  if (!call.parts.setup_link.accepts(token.reveal()))
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "This setup link is not the one that the server printed at its last "
                               "start, or its hour is over. Start the server anew for another."));
  const core::User made = TRY(service::create_first_administrator(call.context(), wanted));
  return http::json_response(201,
                             {{"id", made.id.str()}, {"email", made.email}, {"name", made.name}});
}

}  // namespace

void add_setup_routes(Routes& routes) {
  routes.push_back({.method = "GET",
                    .path = "/setup",
                    .credential = Credential::kNone,
                    .effect = Effect::kReads,
                    .needs = nothing(),
                    .query = Query::kRead,
                    .max_body_bytes = kNoBody,
                    .content_types = {},
                    .time_budget = kUsualBudget,
                    .handler = show_setup});
  routes.push_back({.method = "POST",
                    .path = "/v1/setup",
                    .credential = Credential::kNone,
                    .effect = Effect::kChanges,
                    .needs = nothing(),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = set_up});
}

}  // namespace claviger::api
