#include "yaml_text.h"

#include "printable.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace claviger::cli {
namespace {

using nlohmann::json;

/// Words that YAML 1.1 or 1.2 reads as something else than text, in lower case.
constexpr std::array<std::string_view, 8> kReserved = {"true", "false", "null", "yes",
                                                       "no",   "on",    "off",  "y"};

bool is_plain_word(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.size() < 2 || !is_letter(text.front())) return false;
  const bool has_plain_characters = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return has_plain_characters &&
         std::find(kReserved.begin(), kReserved.end(), lower) == kReserved.end();
}

/// A JSON string is a double-quoted YAML scalar (YAML 1.2 §1.3), with the escapes that we choose:
/// yaml-cpp would leave marks of writing direction as they are.
void put_text(YAML::Emitter& out, const std::string& text) {
  if (is_plain_word(text))
    out << text;
  else
    out << YAML::DoubleQuoted << text;
}

void put(YAML::Emitter& out, const json& value) {
  if (value.is_object()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& [name, member] : value.items()) {
      out << YAML::Key;
      put_text(out, name);
      out << YAML::Value;
      put(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const json& item : value) put(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    put_text(out, value.get_ref<const std::string&>());
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << value.dump();
  }
}

}  // namespace

std::string yaml_text(const json& value) {
  YAML::Emitter out;
  put(out, value);
  return harmless(out.c_str(), Syntax::kYaml);
}

}  // namespace claviger::cli
