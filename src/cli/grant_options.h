// What a key may call, as flags: one API on the command line, or grants on several from a file.
#pragma once

#include "context.h"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

struct GrantOptions {
  std::optional<std::string> api;
  std::vector<std::string> endpoints;
  std::vector<std::string> methods;
  std::vector<std::string> scopes;
  std::optional<std::string> file;
};

/// Their flags, written into `options`.
[[nodiscard]] std::vector<Argument> grant_arguments(GrantOptions& options);

/// True if none of them was typed.
[[nodiscard]] bool are_empty(const GrantOptions& options);

/// The grants for a body. Nothing is opened that was not named: kInvalidInput for an API without
/// endpoints and scopes, for none at all, and for flags and a file together.
[[nodiscard]] Result<nlohmann::json> grants_of(Context& context, const GrantOptions& options);

}  // namespace claviger::cli
