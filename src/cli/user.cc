// user list, show, edit, disable, enable, delete, impact, reset-second-factor; the other commands
// on users have files of their own.
#include "user.h"

#include "act_command.h"
#include "agree.h"
#include "commands.h"
#include "edit_command.h"
#include "json_field.h"
#include "list_command.h"
#include "show_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

const View& user_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "EMAIL", .field = "email"},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "ROLES", .field = "roles"},
      {.title = "ORGANIZATION",
       .field = "organizationId",
       .look = Look::kExact,
       .shown = Shown::kWide},
      {.title = "LAST SIGN-IN",
       .field = "lastSignInAt",
       .look = Look::kTime,
       .shown = Shown::kWide,
       .absent = "never"},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide},
      {.title = "PERMISSIONS", .field = "permissions", .shown = Shown::kRecord},
      {.title = "PERMISSIONS BELOW", .field = "permissionsBelow", .shown = Shown::kRecord}};
  return view;
}

std::string names_text(const json& applications) {
  std::string text;
  for (const json& application : applications)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", text_at(application, "name"),
                        text_at(application, "id"));
  return text;
}

const View& impact_view() {
  static const View view = {
      {.title = "APPLICATIONS", .field = "applicationCount", .look = Look::kExact},
      {.title = "ACTIVE KEYS IN THEM", .field = "keys", .look = Look::kExact},
      {.title = "ACTIVE KEYS ELSEWHERE", .field = "keysElsewhere", .look = Look::kExact},
      {.title = "CALLS IN 30 DAYS, AT LEAST",
       .field = "callsInLast30Days.atLeast",
       .look = Look::kExact},
      {.title = "AT MOST", .field = "callsInLast30Days.atMost", .look = Look::kExact},
      {.title = "COUNTED SINCE", .field = "callsInLast30Days.countedSince", .look = Look::kTime},
      {.title = "NAMES", .field = "applications", .shown = Shown::kWide, .text = names_text}};
  return view;
}

/// What would stop with a user.
Result<std::string> impact(Session& session, const std::string& id) {
  const Versioned user = TRY(session.fetch_version(path_of(user_kind(), id)));
  const Versioned stops = TRY(session.fetch_version(path_of(user_kind(), id) + "/deletion-impact"));
  const std::int64_t applications = number_at(stops.object, "applicationCount");
  std::string text =
      fmt::format("It is the {}. What stops with it: {} with {}, and {} in applications of others.",
                  named(user_kind(), user.object), counted(applications, "application"),
                  counted(number_at(stops.object, "keys"), "active key"),
                  counted(number_at(stops.object, "keysElsewhere"), "active key"));
  if (applications > 0)
    text += fmt::format(
        "\nTo keep the applications, offer them first: claviger user handover {} --to USER", id);
  return text;
}

std::vector<Filter> filters() {
  return {{.flag = "--status",
           .parameter = "status",
           .value = "STATUS",
           .help = "with this status alone",
           .choices = {"enabled", "disabled"}},
          {.flag = "--role",
           .parameter = "role",
           .value = "ROLE",
           .help = "who have this role alone (id or name)"},
          {.flag = "--email",
           .parameter = "email",
           .value = "ADDRESS",
           .help = "with this address alone"}};
}

std::vector<Field> edit_fields() {
  const auto roles = [](std::string flag, Shape shape, std::string help) {
    return Field{.flag = std::move(flag),
                 .member = "roles",
                 .value = "ROLE",
                 .help = std::move(help),
                 .shape = shape,
                 .completes = Completes::kRoles};
  };
  return {{.flag = "--email",
           .member = "email",
           .value = "ADDRESS",
           .help = "with which the user signs in from now on"},
          {.flag = "--name", .member = "name", .value = "NAME", .help = "the user's new name"},
          roles("--role", Shape::kTexts, "a role of the user, in place of all others"),
          roles("--add-role", Shape::kAdded, "a role besides those that the user has"),
          roles("--remove-role", Shape::kRemoved, "a role that the user loses")};
}

void add_stops(CommandTable& table) {
  const Kind& kind = user_kind();
  table.add(act_command({.path = "user disable",
                         .summary = "Stop a user and the user's keys until enabled again",
                         .examples = {"claviger user disable ann@example.com --wait"},
                         .kind = kind,
                         .below = "/disable",
                         .effect = "ends the user's sessions, and refuses every call with the "
                                   "user's keys until the user is enabled again",
                         .impact = impact}));
  table.add(act_command({.path = "user enable",
                         .summary = "Let a disabled user work again",
                         .examples = {"claviger user enable ann@example.com"},
                         .kind = kind,
                         .below = "/enable"}));
  table.add(act_command({.path = "user delete",
                         .summary = "Delete a user, and revoke the user's applications and keys",
                         .examples = {"claviger user delete ann@example.com --dry-run",
                                      "claviger user delete ann@example.com --yes --wait"},
                         .kind = kind,
                         .method = "DELETE",
                         .effect = "revokes them for ever",
                         .impact = impact,
                         .notes = "What would stop: claviger user impact USER. To let others go on "
                                  "with it: claviger user handover USER --to USER"}));
  table.add(act_command({.path = "user reset-second-factor",
                         .summary = "Switch off the second factor of a user who has lost it",
                         .examples = {"claviger user reset-second-factor ann@example.com --yes"},
                         .kind = kind,
                         .method = "DELETE",
                         .below = "/totp",
                         .receipts = Receipts::kNone,
                         .effect = "lets the user sign in with the password alone",
                         .done = "The user's second factor is off."}));
}

}  // namespace

const Kind& user_kind() {
  static const Kind kind = {
      .word = "user",
      .list = "user list",
      .resource = "/v1/users",
      .member = "user",
      .name = "email",
      .filter = "email",
      .completes = Completes::kUsers,
      .is_id = [](const std::string& text) { return core::UserId::parse(text).has_value(); },
      .view = user_view};
  return kind;
}

void add_user_commands(CommandTable& table) {
  const Kind& kind = user_kind();
  table.add(user_create_command());
  table.add(list_command(
      {.path = "user list",
       .summary = "List users",
       .examples = {"claviger user list", "claviger user list --role Auditor --status enabled",
                    "claviger user list -o csv --fields email,roles"},
       .resource = "/v1/users",
       .view = kind.view(),
       .filters = filters()}));
  table.add(show_command({.path = "user show",
                          .summary = "Show one user with roles and permissions",
                          .examples = {"claviger user show ann@example.com"},
                          .kind = kind}));
  table.add(edit_command(
      {.path = "user edit",
       .summary = "Change a user's e-mail address, name or roles",
       .examples = {"claviger user edit ann@example.com --name \"Ann Lee\"",
                    "claviger user edit ann@example.com --add-role Auditor --remove-role "
                    "\"Asset Consumer\" --wait"},
       .kind = kind,
       .fields = edit_fields(),
       .receipts = Receipts::kGiven,
       .notes = "With other roles the user's sessions end, and the user's keys shrink at once."}));
  add_stops(table);
  table.add(show_command({.path = "user impact",
                          .summary = "Show what would stop if a user were deleted",
                          .examples = {"claviger user impact ann@example.com"},
                          .kind = kind,
                          .below = "/deletion-impact",
                          .view = &impact_view()}));
  table.add(user_reset_password_command());
  add_user_session_commands(table);
}

}  // namespace claviger::cli
