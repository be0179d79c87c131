// The program's own commands, beside those that speak to a server: serve, check, agent inspect.
#pragma once

#include "claviger/cli/command.h"

namespace claviger::app {

[[nodiscard]] cli::Commands commands();

}  // namespace claviger::app
