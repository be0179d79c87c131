#include "grants_text.h"

#include "json_field.h"
#include "output.h"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

std::string part_of(const json& grant, const char* field, std::string_view title) {
  const json* value = find_field(grant, field);
  const std::string text = value == nullptr ? std::string() : plain_text(*value);
  return text.empty() ? text : fmt::format("; {} {}", title, text);
}

}  // namespace

std::string grants_text(const json& grants) {
  std::string text;
  for (const json& grant : grants) {
    const json* endpoints = find_field(grant, "endpoints");
    const json* withdrawn = find_field(grant, "withdrawn");
    text += fmt::format("{}{}: {}{}{}{}", text.empty() ? "" : " | ", text_at(grant, "api"),
                        endpoints == nullptr ? "" : plain_text(*endpoints),
                        part_of(grant, "methods", "methods"), part_of(grant, "scopes", "scopes"),
                        withdrawn != nullptr && *withdrawn == true ? "; withdrawn" : "");
  }
  return text;
}

}  // namespace claviger::cli
