// Commands on users that have a file of their own.
#pragma once

#include "output.h"

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::unique_ptr<Command> user_create_command();
[[nodiscard]] std::unique_ptr<Command> user_reset_password_command();

}  // namespace claviger::cli
