#include "commands.h"

namespace claviger::cli {

CommandTable command_table(Commands more) {
  CommandTable table({{.word = "auth", .summary = "Sign in and out"},
                      {.word = "org", .summary = "Organizations"},
                      {.word = "user", .summary = "Users and their roles"},
                      {.word = "app", .summary = "Applications, which hold access keys"},
                      {.word = "api", .summary = "The catalog of APIs"},
                      {.word = "key", .summary = "Access keys: issue, check and end them"},
                      {.word = "gateway", .summary = "Where calls are decided"}});
  using Make = std::unique_ptr<Command> (*)();
  for (const Make make :
       {auth_login_command, auth_logout_command, auth_status_command, org_create_command,
        org_list_command,   user_create_command, user_list_command,   app_create_command,
        app_list_command,   api_import_command,  api_list_command,    key_create_command,
        key_list_command,   key_show_command,    key_revoke_command,  key_disable_command,
        key_enable_command, key_verify_command,  key_inspect_command, gateway_list_command})
    table.add(make());
  for (std::unique_ptr<Command>& command : more) table.add(std::move(command));
  for (const Make make : {rest_command, completion_command, version_command}) table.add(make());
  return table;
}

}  // namespace claviger::cli
