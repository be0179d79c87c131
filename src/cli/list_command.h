// Commands that list one kind of thing.
#pragma once

#include "filters.h"
#include "kind.h"
#include "output.h"
#include "request.h"

#include <memory>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct ListCommandSpec {
  std::string path;  ///< the command's words
  std::string summary;
  std::vector<std::string> examples;
  std::string resource;  ///< in the API: "/v1/users"
  const View& view;      ///< outlives the command
  std::vector<Filter> filters = {};
  const Kind* owner = nullptr;  ///< whose list it is: the first argument; `resource` is below it
  std::string notes = {};
};

/// With `--limit`.
[[nodiscard]] std::unique_ptr<Command> list_command(ListCommandSpec spec);

}  // namespace claviger::cli
