// role list, show, create, edit, delete; permission list.
#include "act_command.h"
#include "commands.h"
#include "create_command.h"
#include "edit_command.h"
#include "grants_text.h"
#include "list_command.h"
#include "show_command.h"

#include "claviger/core/ids.h"
#include "claviger/core/permission.h"

namespace claviger::cli {
namespace {

const View& role_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "NAME", .field = "name"},
      {.title = "PREDEFINED", .field = "predefined", .look = Look::kExact},
      {.title = "REACH", .field = "reach", .look = Look::kExact},
      {.title = "PERMISSIONS", .field = "permissions", .shown = Shown::kWide},
      {.title = "RIGHTS", .field = "rights", .shown = Shown::kWide, .text = grants_text},
      {.title = "DESCRIPTION", .field = "description", .shown = Shown::kRecord},
      {.title = "ORGANIZATION", .field = "organizationId", .shown = Shown::kRecord},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kRecord}};
  return view;
}

std::vector<std::string> permission_names() {
  std::vector<std::string> names;
  for (const core::Permission permission : core::PermissionSet::all().list())
    names.emplace_back(core::to_string(permission));
  return names;
}

/// "users:view" and "View users" are one.
std::string permission_name(const std::string& text) {
  const auto permission = core::parse_permission(text);
  return permission ? std::string(core::to_string(*permission)) : text;
}

Field permissions(std::string flag, Shape shape, std::string help) {
  return {.flag = std::move(flag),
          .member = "permissions",
          .value = "PERMISSION",
          .help = std::move(help),
          .shape = shape,
          .choices = permission_names(),
          .canonical = permission_name};
}

/// What both `role create` and `role edit` take.
std::vector<Field> shared_fields() {
  return {
      {.flag = "--description", .member = "description", .value = "TEXT", .help = "what it is for"},
      {.flag = "--reach",
       .member = "reach",
       .value = "REACH",
       .help = "where it holds: organization, or descendants for those below as well",
       .choices = {"organization", "descendants"}},
      {.flag = "--rights-file",
       .member = "rights",
       .value = "FILE",
       .help = "rights on APIs, as JSON: [{\"api\",\"endpoints\",\"methods\",\"scopes\"}]",
       .shape = Shape::kDocument}};
}

std::vector<Field> create_fields() {
  std::vector<Field> fields = {
      {.flag = "NAME", .member = "name", .help = "its name", .presence = Presence::kRequired},
      permissions("--permission", Shape::kTexts, "one that it gives, by its name or scope"),
      {.flag = "--organization",
       .member = "organizationId",
       .value = "ORG",
       .help = "whose role it is, if not your organization's",
       .shape = Shape::kId,
       .kind = &organization_kind()}};
  for (Field& field : shared_fields()) fields.push_back(std::move(field));
  return fields;
}

std::vector<Field> edit_fields() {
  std::vector<Field> fields = {
      {.flag = "--name", .member = "name", .value = "NAME", .help = "its new name"},
      permissions("--add-permission", Shape::kAdded, "one that it gives from now on"),
      permissions("--remove-permission", Shape::kRemoved, "one that it gives no longer")};
  for (Field& field : shared_fields()) fields.push_back(std::move(field));
  return fields;
}

const View& permission_view() {
  static const View view = {{.title = "NAME", .field = "name"},
                            {.title = "SCOPE", .field = "scope", .look = Look::kExact},
                            {.title = "INCLUDES", .field = "includes"}};
  return view;
}

}  // namespace

const Kind& role_kind() {
  static const Kind kind = {
      .word = "role",
      .list = "role list",
      .resource = "/v1/roles",
      .member = "role",
      .name = "name",
      .filter = "",
      .completes = Completes::kRoles,
      .is_id = [](const std::string& text) { return core::RoleId::parse(text).has_value(); },
      .view = role_view};
  return kind;
}

void add_role_commands(CommandTable& table) {
  const Kind& kind = role_kind();
  table.add(list_command({.path = "role list",
                          .summary = "List roles, the predefined ones first",
                          .examples = {"claviger role list", "claviger role list -o wide"},
                          .resource = "/v1/roles",
                          .view = kind.view()}));
  table.add(show_command({.path = "role show",
                          .summary = "Show one role with its permissions and rights",
                          .examples = {"claviger role show \"Asset Consumer\""},
                          .kind = kind}));
  table.add(create_command(
      {.path = "role create",
       .summary = "Make a role of permissions and rights on APIs",
       .examples = {"claviger role create \"Fleet reader\" --permission \"View applications\" "
                    "--rights-file rights.json",
                    "claviger role create Auditing --permission audit:view --reach descendants"},
       .kind = kind,
       .fields = create_fields(),
       .notes = "You can give what is yours: claviger auth status shows your permissions."}));
  table.add(edit_command(
      {.path = "role edit",
       .summary = "Change a role, for all who have it",
       .examples = {"claviger role edit \"Fleet reader\" --add-permission \"View users\"",
                    "claviger role edit \"Fleet reader\" --remove-permission users:view --wait"},
       .kind = kind,
       .fields = edit_fields(),
       .receipts = Receipts::kGiven,
       .notes = "What a role loses, its users' keys lose at once, and their sessions end."}));
  table.add(act_command({.path = "role delete",
                         .summary = "Delete a role that nobody has",
                         .examples = {"claviger role delete \"Fleet reader\" --yes"},
                         .kind = kind,
                         .method = "DELETE",
                         .receipts = Receipts::kNone,
                         .effect = "deletes it for ever",
                         .done = "The role is deleted."}));
  table.add(list_command({.path = "permission list",
                          .summary = "List all permissions, and what each includes",
                          .examples = {"claviger permission list"},
                          .resource = "/v1/permissions",
                          .view = permission_view()}));
}

}  // namespace claviger::cli
