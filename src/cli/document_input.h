// A document of the user's on its way to the server.
#pragma once

#include "context.h"
#include "request.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"

namespace claviger::cli {

/// Reads a file, or standard input ("-"), as a body: application/json if its text begins like JSON,
/// else application/yaml. kInvalidInput in a sentence.
[[nodiscard]] Result<Body> read_document(Context& context, const std::string& path);

/// The same, read as JSON. kInvalidInput, with the file, for what is none.
[[nodiscard]] Result<nlohmann::json> read_json(Context& context, const std::string& path);

}  // namespace claviger::cli
