// JSON as the scripts of this contract write it. Private to the api module.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"

namespace claviger::api::veeam {

/// JSON, in which texts may stand in single quotes ([{'property':'name'}]) and a comma may stand
/// before a closing bracket. Errors: kMalformedRequest, as http::parse_json().
[[nodiscard]] Result<nlohmann::json> parse_lenient_json(std::string_view text);

}  // namespace claviger::api::veeam
