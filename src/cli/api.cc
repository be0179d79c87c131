// api import, list, show, consumers; api withdraw and api settings have files of their own.
#include "api.h"

#include "commands.h"
#include "context.h"
#include "document_input.h"
#include "grants_text.h"
#include "json_field.h"
#include "list_command.h"
#include "show_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

/// The list of an API's endpoints as one text: "GET /devices, POST /devices".
std::string endpoints_text(const nlohmann::json& endpoints) {
  std::string text;
  for (const nlohmann::json& endpoint : endpoints) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", text_at(endpoint, "method"),
                        text_at(endpoint, "path"));
  }
  return text;
}

const View& api_view() {
  static const View view = {{.title = "ID", .field = "id", .look = Look::kExact},
                            {.title = "NAME", .field = "name"},
                            {.title = "STATUS", .field = "status", .look = Look::kStatus},
                            {.title = "ENDPOINTS", .field = "endpointCount", .look = Look::kExact},
                            {.title = "SCOPES", .field = "scopes"},
                            {.title = "TITLE", .field = "title", .shown = Shown::kWide},
                            {.title = "BASE PATH", .field = "basePath", .shown = Shown::kWide},
                            {.title = "UPSTREAM", .field = "upstream", .shown = Shown::kWide},
                            {.title = "ORGANIZATION",
                             .field = "organizationId",
                             .look = Look::kExact,
                             .shown = Shown::kWide},
                            {.title = "OPERATIONS",
                             .field = "endpoints",
                             .shown = Shown::kRecord,
                             .text = endpoints_text}};
  return view;
}

class ApiImport final : public Command {
 public:
  Description description() override {
    return {.path = "api import",
            .summary = "Put an API into the catalog, from its OpenAPI document",
            .examples =
                {"claviger api import openapi.yaml --name fleet --upstream http://127.0.0.1:9000",
                 "curl -s http://127.0.0.1:9000/openapi.json | claviger api import - "
                 "--name fleet --upstream http://127.0.0.1:9000"},
            .arguments = {{.name = "FILE",
                           .help = "OpenAPI 3, JSON or YAML; - for standard input",
                           .target = &file_,
                           .presence = Presence::kRequired,
                           .completes = Completes::kFiles},
                          {.name = "--name",
                           .value = "NAME",
                           .help = "the API's name in the catalog",
                           .target = &name_,
                           .presence = Presence::kRequired},
                          {.name = "--upstream",
                           .value = "URL",
                           .help = "where the API itself is served",
                           .target = &upstream_,
                           .presence = Presence::kRequired},
                          {.name = "--base-path",
                           .value = "PATH",
                           .help = "before all paths, if it is not that of the document",
                           .target = &base_path_}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    Body document = TRY(read_document(context, file_));
    ApiRequest request{.method = "POST",
                       .path = "/v1/apis/import",
                       .query = {{"name", name_}, {"upstream", upstream_}},
                       .body = std::move(document)};
    if (base_path_) request.query.push_back({"basePath", *base_path_});
    const nlohmann::json created = TRY(session->fetch(request));
    TRY(context.print(api_view(), created));
    context.next_step(
        fmt::format("claviger key create NAME --app APP --api {} --endpoint 'GET /…'", name_));
    return ExitCode::kOk;
  }

 private:
  std::string file_;
  std::string name_;
  std::string upstream_;
  std::optional<std::string> base_path_;
};

/// What the provider of an API sees of a key.
const View& consumer_view() {
  static const View view = {
      {.title = "KEY", .field = "id", .look = Look::kExact},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "ORGANIZATION", .field = "organizationId", .look = Look::kExact},
      {.title = "EXPIRES", .field = "expiresAt", .look = Look::kTime, .absent = "never"},
      {.title = "LAST USED", .field = "lastUsedAt", .look = Look::kTime, .absent = "never"},
      {.title = "APPLICATION",
       .field = "applicationId",
       .look = Look::kExact,
       .shown = Shown::kWide},
      {.title = "OWNER", .field = "ownerId", .look = Look::kExact, .shown = Shown::kWide},
      {.title = "GRANTS", .field = "grants", .shown = Shown::kWide, .text = grants_text}};
  return view;
}

}  // namespace

const Kind& api_kind() {
  static const Kind kind = {
      .word = "API",
      .list = "api list",
      .resource = "/v1/apis",
      .member = "api",
      .name = "name",
      .filter = "",
      .completes = Completes::kApis,
      .is_id = [](const std::string& text) { return core::ApiId::parse(text).has_value(); },
      .view = api_view};
  return kind;
}

void add_api_commands(CommandTable& table) {
  const Kind& kind = api_kind();
  table.add(std::make_unique<ApiImport>());
  table.add(list_command(
      {.path = "api list",
       .summary = "List the APIs of the catalog",
       .examples = {"claviger api list", "claviger api list -o json --fields name,scopes"},
       .resource = std::string(kind.resource),
       .view = kind.view()}));
  table.add(show_command({.path = "api show",
                          .summary = "Show one API with its operations",
                          .examples = {"claviger api show fleet"},
                          .kind = kind}));
  table.add(list_command(
      {.path = "api consumers",
       .summary = "List the keys that may call an API, of all organizations",
       .examples = {"claviger api consumers fleet", "claviger api consumers fleet -o csv"},
       .resource = "/keys",
       .view = consumer_view(),
       .owner = &kind}));
  table.add(api_withdraw_command());
  table.add(api_settings_show_command());
  table.add(api_settings_set_command());
}

}  // namespace claviger::cli
