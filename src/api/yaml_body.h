// YAML from outside, as the JSON that it stands for. Private to the api module.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"

namespace claviger::api {

/// Reads one YAML document. Every scalar becomes a string: whoever needs numbers reads JSON.
/// Errors: kMalformedRequest, with line and column, for what is no YAML, a name that stands twice
/// in one map, names that are no text, more than 64 levels, and more than 200,000 values or 16 MiB
/// of text (names included) once aliases are followed.
[[nodiscard]] Result<nlohmann::json> parse_yaml(std::string_view text);

}  // namespace claviger::api
