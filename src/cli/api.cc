// api import, api list.
#include "commands.h"
#include "context.h"
#include "document_input.h"
#include "json_field.h"
#include "list_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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
                           .presence = Presence::kRequired}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    Body document = TRY(read_document(context, file_));
    const nlohmann::json created =
        TRY(session->fetch({.method = "POST",
                            .path = "/v1/apis/import",
                            .query = {{"name", name_}, {"upstream", upstream_}},
                            .body = std::move(document)}));
    TRY(context.print(api_view(), created));
    context.next_step(
        fmt::format("claviger key create NAME --app APP --api {} --endpoint 'GET /…'", name_));
    return ExitCode::kOk;
  }

 private:
  std::string file_;
  std::string name_;
  std::string upstream_;
};

}  // namespace

std::unique_ptr<Command> api_list_command() {
  return list_command(
      {.path = "api list",
       .summary = "List the APIs of the catalog",
       .examples = {"claviger api list", "claviger api list -o json --fields name,scopes"},
       .resource = "/v1/apis",
       .view = api_view()});
}

std::unique_ptr<Command> api_import_command() {
  return std::make_unique<ApiImport>();
}

}  // namespace claviger::cli
