// From words to a command and its arguments.
#pragma once

#include "command_table.h"
#include "options.h"

#include <string>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::cli {

struct Invocation {
  std::string path;  ///< as far as the words led: "", "key" or "key create"
  const CommandTable::Entry* entry = nullptr;  ///< nullptr where they ended at a group
};

/// Finds the command that `words` name and puts its arguments where its description says, and the
/// global ones into `options`. kInvalidInput in a sentence that says what is wrong, what was
/// perhaps meant and where to read on; no secret that stood among the words is repeated. With
/// --help, only the path counts.
[[nodiscard]] Result<Invocation> parse(const CommandTable& table, GlobalOptions& options,
                                       const std::vector<std::string>& words);

}  // namespace claviger::cli
