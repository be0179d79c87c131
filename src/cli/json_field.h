// Fields of JSON from outside, which may have any shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace claviger::cli {

/// The value at `field`; "user.email" is a field of a field. nullptr if it is absent.
[[nodiscard]] const nlohmann::json* find_field(const nlohmann::json& object,
                                               std::string_view field);

/// The text at `field`; empty if there is none.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view field);

/// The whole number at `field`; 0 if there is none.
[[nodiscard]] std::int64_t number_at(const nlohmann::json& object, std::string_view field);

}  // namespace claviger::cli
