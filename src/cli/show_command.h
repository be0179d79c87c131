// Commands that show one thing, by its id or name.
#pragma once

#include "kind.h"

#include <memory>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct ShowCommandSpec {
  std::string path;  ///< the command's words
  std::string summary;
  std::vector<std::string> examples;
  const Kind& kind;
  std::string below = {};      ///< behind the thing's own path: "/deletion-impact"
  const View* view = nullptr;  ///< if it is not the kind's; outlives the command
};

[[nodiscard]] std::unique_ptr<Command> show_command(ShowCommandSpec spec);

}  // namespace claviger::cli
