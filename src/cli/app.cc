// app create, app list.
#include "commands.h"
#include "context.h"
#include "json_field.h"
#include "list_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

const View& application_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "ACTIVE KEYS", .field = "activeKeys", .look = Look::kExact},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime},
      {.title = "OWNER", .field = "ownerId", .look = Look::kExact, .shown = Shown::kWide},
      {.title = "DESCRIPTION", .field = "description", .shown = Shown::kWide}};
  return view;
}

class AppCreate final : public Command {
 public:
  Description description() override {
    return {
        .path = "app create",
        .summary = "Make an application",
        .examples = {"claviger app create billing-sync",
                     "claviger app create ci --description \"nightly checks\" -o name"},
        .arguments = {
            {.name = "NAME", .help = "its name", .target = &name_, .presence = Presence::kRequired},
            {.name = "--description",
             .value = "TEXT",
             .help = "what it is for",
             .target = &description_}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    nlohmann::json wanted = {{"name", name_}};
    if (description_) wanted["description"] = *description_;
    const nlohmann::json created = TRY(
        session->fetch({.method = "POST", .path = "/v1/applications", .body = json_body(wanted)}));
    TRY(context.print(application_view(), created));
    context.next_step(fmt::format("claviger key create NAME --app {} --api API --endpoint 'GET /…'",
                                  text_at(created, "id")));
    return ExitCode::kOk;
  }

 private:
  std::string name_;
  std::optional<std::string> description_;
};

}  // namespace

std::unique_ptr<Command> app_list_command() {
  return list_command({.path = "app list",
                       .summary = "List applications",
                       .examples = {"claviger app list", "claviger app list -o wide"},
                       .resource = "/v1/applications",
                       .view = application_view()});
}

std::unique_ptr<Command> app_create_command() {
  return std::make_unique<AppCreate>();
}

}  // namespace claviger::cli
