// Commands that do one thing to a thing: disable it, enable it, delete it.
#pragma once

#include "change.h"
#include "kind.h"

#include <memory>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

/// Says in a sentence what will stop with the thing of this id.
using Impact = Result<std::string> (*)(Session& session, const std::string& id);

/// Whether --reason and --comment say why.
enum class Reason { kNone, kTaken };

struct ActCommandSpec {
  std::string path;  ///< the command's words
  std::string summary;
  std::vector<std::string> examples;
  const Kind& kind;
  std::string method = "POST";
  std::string below = {};  ///< behind the thing's own path: "/disable"
  Receipts receipts = Receipts::kGiven;
  /// What it does, after "This ": "stops it until it is enabled again". Empty: nobody is asked.
  std::string effect = {};
  Impact impact = nullptr;  ///< nullptr: the thing is named
  Reason reason = Reason::kNone;
  std::string notes = {};
  const View* reply = nullptr;  ///< if the reply is not the thing; outlives the command
  std::string done = {};        ///< what to say where the server answers with nothing
};

/// With --yes, if it asks.
[[nodiscard]] std::unique_ptr<Command> act_command(ActCommandSpec spec);

}  // namespace claviger::cli
