#include "commands.h"

namespace claviger::cli {

CommandTable command_table(Commands more) {
  CommandTable table(
      {{.word = "auth", .summary = "Sign in and out; sessions, password, second factor"},
       {.word = "auth sessions", .summary = "Where you are signed in"},
       {.word = "auth password", .summary = "Your password"},
       {.word = "auth second-factor", .summary = "Codes at your sign-ins"},
       {.word = "context", .summary = "The servers that you work with"},
       {.word = "org", .summary = "Organizations"},
       {.word = "user", .summary = "Users and their roles"},
       {.word = "user sessions", .summary = "Where a user is signed in"},
       {.word = "handover", .summary = "Applications that change hands"},
       {.word = "role", .summary = "Roles: permissions and rights together"},
       {.word = "permission", .summary = "What roles are made of"},
       {.word = "app", .summary = "Applications, which hold access keys"},
       {.word = "api", .summary = "The catalog of APIs"},
       {.word = "api settings", .summary = "Who may consume an API, and how"},
       {.word = "key", .summary = "Access keys: issue, check and end them"},
       {.word = "token", .summary = "Personal access tokens"},
       {.word = "audit", .summary = "Who did what: read it, export it, verify it"},
       {.word = "gateway", .summary = "Where calls are decided"},
       {.word = "agent", .summary = "What this host's gateway decides from"}});
  using Add = void (*)(CommandTable&);
  for (const Add add :
       {add_auth_commands, add_context_commands, add_org_commands, add_user_commands,
        add_handover_commands, add_role_commands, add_app_commands, add_api_commands,
        add_key_commands, add_token_commands, add_audit_commands, add_gateway_commands})
    add(table);
  for (std::unique_ptr<Command>& command : more) table.add(std::move(command));
  using Make = std::unique_ptr<Command> (*)();
  for (const Make make : {rest_command, doctor_command, completion_command, version_command})
    table.add(make());
  return table;
}

}  // namespace claviger::cli
