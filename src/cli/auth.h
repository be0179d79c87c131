// Commands on the own account that have a file of their own.
#pragma once

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::unique_ptr<Command> auth_login_command();
[[nodiscard]] std::unique_ptr<Command> auth_password_change_command();
[[nodiscard]] std::unique_ptr<Command> auth_password_choose_command();

}  // namespace claviger::cli
