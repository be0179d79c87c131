#include "json_field.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace claviger::cli {

using nlohmann::json;

const json* find_field(const json& object, std::string_view field) {
  const json* value = &object;
  while (!field.empty()) {
    if (!value->is_object()) return nullptr;
    const std::string_view step = field.substr(0, field.find('.'));
    const auto member = value->find(step);
    if (member == value->end()) return nullptr;
    value = &*member;
    field.remove_prefix(std::min(step.size() + 1, field.size()));
  }
  return value;
}

std::string text_at(const json& object, std::string_view field) {
  const json* value = find_field(object, field);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::int64_t number_at(const json& object, std::string_view field) {
  const json* value = find_field(object, field);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

}  // namespace claviger::cli
