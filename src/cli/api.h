// Commands on APIs that have a file of their own.
#pragma once

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::unique_ptr<Command> api_withdraw_command();
[[nodiscard]] std::unique_ptr<Command> api_settings_show_command();
[[nodiscard]] std::unique_ptr<Command> api_settings_set_command();

}  // namespace claviger::cli
