// The command line: from the words after the program's name to an exit code.
#pragma once

#include <string>
#include <vector>

#include "claviger/cli/command.h"
#include "claviger/cli/environment.h"
#include "claviger/cli/exit_code.h"

namespace claviger::cli {

/// Runs the command that `argv` names, of this library's or of `more` (the program's other ones:
/// "serve"). Returns the exit code; no exception leaves it.
[[nodiscard]] int run(int argc, char** argv, Commands more = {});

/// The same in surroundings of the caller's; `words` are without the program's name.
[[nodiscard]] ExitCode run(const Environment& environment, const std::vector<std::string>& words,
                           Commands more = {});

}  // namespace claviger::cli
