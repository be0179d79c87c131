// Grants and rights as one line of text.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace claviger::cli {

/// "fleet: GET /devices, POST /devices; scopes devices:read", one part an API.
[[nodiscard]] std::string grants_text(const nlohmann::json& grants);

}  // namespace claviger::cli
