// Every command of this library. key_list_command() is what `claviger key list` runs; each is
// defined in a file of its noun, or of its own.
#pragma once

#include "command_table.h"

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::unique_ptr<Command> auth_login_command();
[[nodiscard]] std::unique_ptr<Command> auth_logout_command();
[[nodiscard]] std::unique_ptr<Command> auth_status_command();
[[nodiscard]] std::unique_ptr<Command> org_create_command();
[[nodiscard]] std::unique_ptr<Command> org_list_command();
[[nodiscard]] std::unique_ptr<Command> user_create_command();
[[nodiscard]] std::unique_ptr<Command> user_list_command();
[[nodiscard]] std::unique_ptr<Command> app_create_command();
[[nodiscard]] std::unique_ptr<Command> app_list_command();
[[nodiscard]] std::unique_ptr<Command> api_import_command();
[[nodiscard]] std::unique_ptr<Command> api_list_command();
[[nodiscard]] std::unique_ptr<Command> key_create_command();
[[nodiscard]] std::unique_ptr<Command> key_list_command();
[[nodiscard]] std::unique_ptr<Command> key_show_command();
[[nodiscard]] std::unique_ptr<Command> key_revoke_command();
[[nodiscard]] std::unique_ptr<Command> key_disable_command();
[[nodiscard]] std::unique_ptr<Command> key_enable_command();
[[nodiscard]] std::unique_ptr<Command> key_verify_command();
[[nodiscard]] std::unique_ptr<Command> key_inspect_command();
[[nodiscard]] std::unique_ptr<Command> gateway_list_command();
[[nodiscard]] std::unique_ptr<Command> rest_command();
[[nodiscard]] std::unique_ptr<Command> completion_command();
[[nodiscard]] std::unique_ptr<Command> version_command();
/// `table` outlives the command.
[[nodiscard]] std::unique_ptr<Command> help_command(const CommandTable& table);

/// All of them, in the order of the help page, with `more` between the work and the tools.
[[nodiscard]] CommandTable command_table(Commands more);

}  // namespace claviger::cli
