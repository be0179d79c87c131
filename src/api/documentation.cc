// /openapi.json, /openapi.yaml, /docs and /problems: what the program says about itself.
#include "documents.h"
#include "kept_by_nobody.h"
#include "problem_types.h"
#include "route.h"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/base/random.h"

namespace claviger::api {
namespace {

/// For pages that load a stylesheet of ours and nothing else.
constexpr const char* kPagePolicy =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// `body` is HTML already; `policy` says what the page may load.
http::Response page(std::string_view title, std::string_view body, std::string policy) {
  http::Response response;
  response.body = fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{} - Claviger</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
{}
</body>
</html>
)",
                              escaped(title), body);
  response.headers.set({"Content-Type", "text/html; charset=utf-8"});
  response.headers.set({"Content-Security-Policy", std::move(policy)});
  response.headers.set({"Referrer-Policy", "no-referrer"});
  return response;
}

http::Response file(std::string_view content, const char* type) {
  http::Response response{.status = 200, .headers = {}, .body = std::string(content)};
  response.headers.set({"Content-Type", type});
  response.headers.set({"Cache-Control", "public, max-age=3600"});
  return response;
}

Error no_such_page() {
  return Error::refused(ErrorCode::kNotFound, "There is no such page.");
}

// ---- the API description

Result<http::Response> show_json(const Call&) {
  return file(openapi_json(), "application/json");
}

Result<http::Response> show_yaml(const Call&) {
  return file(openapi_yaml(), "application/yaml");
}

/// Redoc writes styles into the page, and its search runs in a worker that it makes of a text: this
/// page has a policy of its own, and a nonce that nobody can guess.
Result<http::Response> show_documentation(const Call& call) {
  std::array<std::byte, 16> bytes{};
  call.context().random.fill(bytes);
  const std::string nonce = to_hex(bytes);
  const std::string body = fmt::format(R"(<div id="document"></div>
<script nonce="{0}" src="/docs/redoc.standalone.js"></script>
<script nonce="{0}">
Redoc.init("/openapi.json", {{nonce: "{0}"}}, document.getElementById("document"));
</script>)",
                                       nonce);
  http::Response response = page(
      "The API", body,
      fmt::format("default-src 'none'; script-src 'nonce-{0}'; style-src 'self' 'nonce-{0}'; "
                  "img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; "
                  "form-action 'none'; frame-ancestors 'none'",
                  nonce));
  return kept_by_nobody(std::move(response));
}

Result<http::Response> show_file(const Call& call) {
  const std::string_view name = call.path.get("file");
  if (name == "page.css") return file(page_css(), "text/css; charset=utf-8");
  if (name == "redoc.standalone.js") return file(redoc_script(), "text/javascript; charset=utf-8");
  if (name == "redoc.standalone.js.LICENSE.txt")
    return file(redoc_licences(), "text/plain; charset=utf-8");
  return fail(no_such_page());
}

// ---- the problem types

bool is_browser(const Call& call) {
  const auto accepted = call.request.headers.one("Accept");
  return accepted && accepted->has_value() &&
         (**accepted).find("text/html") != std::string_view::npos;
}

std::string path_of(const ProblemType& type) {
  return fmt::format("/problems/{}", type.code);
}

nlohmann::ordered_json present(const ProblemType& type) {
  return {{"type", path_of(type)}, {"code", type.code},       {"title", type.title},
          {"status", type.status}, {"meaning", type.meaning}, {"remedy", type.remedy}};
}

http::Response as_json(const nlohmann::ordered_json& document) {
  return file(document.dump(), "application/json");
}

http::Response page_of_all() {
  std::string items;
  for (const ProblemType& type : problem_types())
    items += fmt::format("<li><a href=\"{}\"><code>{}</code></a> {}: {}</li>\n", path_of(type),
                         type.code, type.status, escaped(type.title));
  const std::string body = fmt::format(R"(<main>
<h1>Problem types</h1>
<p>What an answer means that is no success, by the <code>code</code> in it.</p>
<ul>
{}</ul>
</main>)",
                                       items);
  return page("Problem types", body, kPagePolicy);
}

http::Response page_of(const ProblemType& type) {
  const std::string body = fmt::format(R"(<main>
<h1>{}</h1>
<p><code>{}</code>, status {}</p>
<h2>What it means</h2>
<p>{}</p>
<h2>What to do</h2>
<p>{}</p>
<p><a href="/problems">All problem types</a></p>
</main>)",
                                       escaped(type.title), type.code, type.status,
                                       escaped(type.meaning), escaped(type.remedy));
  return page(type.code, body, kPagePolicy);
}

http::Response json_of_all() {
  auto data = nlohmann::ordered_json::array();
  for (const ProblemType& type : problem_types()) data.push_back(present(type));
  return as_json(
      {{"data", std::move(data)}, {"pagination", {{"nextCursor", nullptr}, {"hasMore", false}}}});
}

http::Response for_browsers_or_others(http::Response response) {
  response.headers.set({"Vary", "Accept"});
  return response;
}

Result<http::Response> list_problem_types(const Call& call) {
  return for_browsers_or_others(is_browser(call) ? page_of_all() : json_of_all());
}

Result<http::Response> show_problem_type(const Call& call) {
  const ProblemType* type = find_problem_type(call.path.get("code"));
  if (type == nullptr) return fail(no_such_page());
  return for_browsers_or_others(is_browser(call) ? page_of(*type) : as_json(present(*type)));
}

}  // namespace

void add_documentation_routes(Routes& routes) {
  const auto reading = [&](std::string path, Handler handler) {
    routes.push_back({.method = "GET",
                      .path = std::move(path),
                      .credential = Credential::kNone,
                      .effect = Effect::kReads,
                      .needs = nothing(),
                      .query = Query::kRefused,
                      .max_body_bytes = kNoBody,
                      .content_types = {},
                      .time_budget = kUsualBudget,
                      .handler = std::move(handler)});
  };
  reading("/openapi.json", show_json);
  reading("/openapi.yaml", show_yaml);
  reading("/docs", show_documentation);
  reading("/docs/{file}", show_file);
  reading("/problems", list_problem_types);
  reading("/problems/{code}", show_problem_type);
}

}  // namespace claviger::api
