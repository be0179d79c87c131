// app create, list, show, edit, revoke.
#include "act_command.h"
#include "agree.h"
#include "commands.h"
#include "create_command.h"
#include "edit_command.h"
#include "json_field.h"
#include "list_command.h"
#include "show_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

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

Result<std::string> impact(Session& session, const std::string& id) {
  const Versioned application = TRY(session.fetch_version(path_of(application_kind(), id)));
  const nlohmann::json* keys = find_field(application.object, "activeKeys");
  const bool is_counted = keys != nullptr && keys->is_number_integer();
  return fmt::format("It is the {} of {}. What stops with it: {}.",
                     named(application_kind(), application.object),
                     text_at(application.object, "ownerId"),
                     is_counted ? counted(keys->get<std::int64_t>(), "active key") : "its keys");
}

std::vector<Field> texts() {
  return {{.flag = "--name", .member = "name", .value = "NAME", .help = "its new name"},
          {.flag = "--description",
           .member = "description",
           .value = "TEXT",
           .help = "what it is for"}};
}

}  // namespace

const Kind& application_kind() {
  static const Kind kind = {
      .word = "application",
      .list = "app list",
      .resource = "/v1/applications",
      .member = "application",
      .name = "name",
      .filter = "",
      .completes = Completes::kApplications,
      .is_id = [](const std::string& text) { return core::ApplicationId::parse(text).has_value(); },
      .view = application_view};
  return kind;
}

void add_app_commands(CommandTable& table) {
  const Kind& kind = application_kind();
  table.add(create_command(
      {.path = "app create",
       .summary = "Make an application",
       .examples = {"claviger app create billing-sync",
                    "claviger app create ci --description \"nightly checks\" -o name"},
       .kind = kind,
       .fields =
           {{.flag = "NAME", .member = "name", .help = "its name", .presence = Presence::kRequired},
            {.flag = "--description",
             .member = "description",
             .value = "TEXT",
             .help = "what it is for"}},
       .next = "claviger key create NAME --app {} --api API --endpoint 'GET /…'"}));
  table.add(list_command({.path = "app list",
                          .summary = "List applications",
                          .examples = {"claviger app list", "claviger app list -o wide",
                                       "claviger app list --owner ann@example.com"},
                          .resource = "/v1/applications",
                          .view = kind.view(),
                          .filters = {{.flag = "--owner",
                                       .parameter = "ownerId",
                                       .value = "USER",
                                       .help = "of this user alone (id or e-mail)",
                                       .kind = &user_kind()}}}));
  table.add(show_command({.path = "app show",
                          .summary = "Show one application",
                          .examples = {"claviger app show billing-sync"},
                          .kind = kind}));
  table.add(edit_command({.path = "app edit",
                          .summary = "Change an application's name or description",
                          .examples = {"claviger app edit billing-sync --name billing"},
                          .kind = kind,
                          .fields = texts(),
                          .receipts = Receipts::kNone}));
  table.add(act_command({.path = "app revoke",
                         .summary = "End an application and all its keys for ever",
                         .examples = {"claviger app revoke billing-sync --wait",
                                      "claviger app revoke billing-sync --dry-run"},
                         .kind = kind,
                         .below = "/revoke",
                         .effect = "revokes it for ever: every call with its keys is refused",
                         .impact = impact}));
}

}  // namespace claviger::cli
