// Commands that change fields of a thing, in the version that they have read: nobody's change in
// between is overwritten.
#pragma once

#include "change.h"
#include "fields.h"
#include "kind.h"

#include <memory>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct EditCommandSpec {
  std::string path;  ///< the command's words
  std::string summary;
  std::vector<std::string> examples;
  const Kind& kind;
  std::vector<Field> fields;
  Receipts receipts;
  std::string notes = {};
};

[[nodiscard]] std::unique_ptr<Command> edit_command(EditCommandSpec spec);

}  // namespace claviger::cli
