// org create, org list.
#include "commands.h"
#include "context.h"
#include "list_command.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

const View& organization_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "PARENT", .field = "parentId", .look = Look::kExact},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide}};
  return view;
}

class OrgCreate final : public Command {
 public:
  Description description() override {
    return {
        .path = "org create",
        .summary = "Make an organization",
        .examples = {"claviger org create \"Acme Ltd\"",
                     "claviger org create Plant --parent org_01kat0q6p2e7w8m9xr3v5bn4cd"},
        .arguments = {
            {.name = "NAME", .help = "its name", .target = &name_, .presence = Presence::kRequired},
            {.name = "--parent",
             .value = "ID",
             .help = "the organization that it belongs to",
             .target = &parent_}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    nlohmann::json wanted = {{"name", name_}};
    if (parent_) wanted["parentId"] = *parent_;
    const nlohmann::json created = TRY(
        session->fetch({.method = "POST", .path = "/v1/organizations", .body = json_body(wanted)}));
    TRY(context.print(organization_view(), created));
    return ExitCode::kOk;
  }

 private:
  std::string name_;
  std::optional<std::string> parent_;
};

}  // namespace

std::unique_ptr<Command> org_list_command() {
  return list_command({.path = "org list",
                       .summary = "List organizations",
                       .examples = {"claviger org list", "claviger org list -o name"},
                       .resource = "/v1/organizations",
                       .view = organization_view()});
}

std::unique_ptr<Command> org_create_command() {
  return std::make_unique<OrgCreate>();
}

}  // namespace claviger::cli
