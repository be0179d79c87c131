// The JSON that stands in columns. Each parse_…() gives nullopt for what its to_json() cannot have
// written.
//
//   strings  = ["…", …]
//   grants   = [{"api": "fleet", "endpoints": ["GET /a"], "methods": [], "scopes": ["*"]}, …]
//   compiled = [{"api": 1, "methods": 127, "endpoints": [[number, methods], …] | "*",
//                "scopes": [number, …] | "*"}, …]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/core/api.h"
#include "claviger/core/grant.h"
#include "claviger/core/network.h"
#include "claviger/core/permission.h"

namespace claviger::store {

[[nodiscard]] std::string to_json(const std::vector<std::string>& strings);
[[nodiscard]] std::optional<std::vector<std::string>> parse_strings(std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::NamedGrant>& grants);
[[nodiscard]] std::optional<std::vector<core::NamedGrant>> parse_named_grants(
    std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::Grant>& grants);
[[nodiscard]] std::optional<std::vector<core::Grant>> parse_compiled_grants(std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::Network>& networks);
[[nodiscard]] std::optional<std::vector<core::Network>> parse_networks(std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::Role>& roles);
[[nodiscard]] std::optional<std::vector<core::Role>> parse_roles(std::string_view json);

}  // namespace claviger::store
