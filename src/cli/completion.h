// Completion for shells: a small script for each, which asks `claviger __complete` for candidates.
#pragma once

#include "command_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/cli/environment.h"

namespace claviger::cli {

[[nodiscard]] const std::vector<std::string>& shell_names();

/// The script for one of shell_names().
[[nodiscard]] std::string_view completion_script(std::string_view shell);

/// Writes the candidates for the last of `words` (what was typed of it so far), one a line:
/// "value", or "value<TAB>explanation". Ids come from the server, which has two seconds; where it
/// does not answer, there are none. Never fails, and writes nothing to standard error.
void complete(const CommandTable& table, const Environment& environment,
              const std::vector<std::string>& words);

}  // namespace claviger::cli
