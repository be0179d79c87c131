// JSON values as YAML 1.2.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace claviger::cli {

/// `value` in block style, without a line end behind it. A text is quoted unless it is a plain
/// word, so that no reader takes it for a number, a boolean or null.
[[nodiscard]] std::string yaml_text(const nlohmann::json& value);

}  // namespace claviger::cli
