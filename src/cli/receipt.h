// --wait: until every gateway has a change, and the receipt that says so.
#pragma once

#include "context.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

struct WaitOptions {
  bool is_wanted = false;
  std::string timeout = "5s";
};

/// These flags, for a command's description; they are written into `wait`.
[[nodiscard]] std::vector<Argument> wait_arguments(WaitOptions& wait);

/// Adds to `request` that its reply waits, and gives the reply the time for it. kInvalidInput for a
/// timeout that cannot be read.
[[nodiscard]] Result<void> add_wait(const WaitOptions& wait, ApiRequest& request);

/// Writes the reply to a change of a key, {"key":{…},"receipt":{…}}: as JSON and YAML, as it is;
/// else the key with a line for the receipt. kFailed, and a warning, if a gateway was silent.
[[nodiscard]] Result<ExitCode> print_changed_key(Context& context, const nlohmann::json& reply);

}  // namespace claviger::cli
