// Every command of this library, noun by noun: add_key_commands() is defined in key.cc.
#pragma once

#include "command_table.h"

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

void add_auth_commands(CommandTable& table);
void add_auth_session_commands(CommandTable& table);
void add_auth_second_factor_commands(CommandTable& table);
void add_context_commands(CommandTable& table);
void add_org_commands(CommandTable& table);
void add_user_commands(CommandTable& table);
void add_user_session_commands(CommandTable& table);
void add_handover_commands(CommandTable& table);
void add_role_commands(CommandTable& table);
void add_app_commands(CommandTable& table);
void add_api_commands(CommandTable& table);
void add_key_commands(CommandTable& table);
void add_token_commands(CommandTable& table);
void add_audit_commands(CommandTable& table);
void add_gateway_commands(CommandTable& table);

[[nodiscard]] std::unique_ptr<Command> rest_command();
[[nodiscard]] std::unique_ptr<Command> doctor_command();
[[nodiscard]] std::unique_ptr<Command> completion_command();
[[nodiscard]] std::unique_ptr<Command> version_command();
// `table` outlives these.
[[nodiscard]] std::unique_ptr<Command> man_command(const CommandTable& table);
[[nodiscard]] std::unique_ptr<Command> help_command(const CommandTable& table);

/// All of them but man and help, in the order of the help page, with `more` between the work and
/// the tools.
[[nodiscard]] CommandTable command_table(Commands more);

}  // namespace claviger::cli
