// Commands that make a thing of the fields that are typed.
#pragma once

#include "fields.h"
#include "kind.h"

#include <memory>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct CreateCommandSpec {
  std::string path;  ///< the command's words
  std::string summary;
  std::vector<std::string> examples;
  const Kind& kind;
  std::vector<Field> fields;
  /// Where it is made, if not in the kind's list: below this thing, which is the first argument.
  const Kind* owner = nullptr;
  std::string below = {};  ///< behind the owner's path: "/handover"
  std::string notes = {};
  /// What to do next, with {} for the id of what was made.
  std::string next = {};
};

[[nodiscard]] std::unique_ptr<Command> create_command(CreateCommandSpec spec);

}  // namespace claviger::cli
