// Why something is revoked, as flags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct RevokeReason {
  std::string reason = {};  ///< empty: "other"
  std::optional<std::string> comment = {};
};

/// --reason and --comment, written into `reason`.
[[nodiscard]] std::vector<Argument> reason_arguments(RevokeReason& reason);

/// Puts it into a body, in the API's words.
void put(const RevokeReason& reason, nlohmann::json& body);

}  // namespace claviger::cli
