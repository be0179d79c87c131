#include "key_stop.h"

#include "json_field.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& key, const char* field, std::string_view absent) {
  const json* value = find_field(key, field);
  const std::string text = value == nullptr ? std::string() : plain_text(*value);
  return text.empty() ? std::string(absent) : text;
}

std::string apis_of(const json& key) {
  std::string names;
  const json* grants = find_field(key, "grants");
  if (grants == nullptr || !grants->is_array()) return "none";
  for (const json& grant : *grants)
    names += (names.empty() ? "" : ", ") + text_of(grant, "api", "?");
  return names.empty() ? "none" : names;
}

std::string sentence_about(const json& key) {
  return fmt::format("Key \"{}\" ({}, {}) of application {}; APIs: {}; last used: {}.",
                     text_of(key, "name", "-"), text_of(key, "prefix", "-"),
                     text_of(key, "status", "-"), text_of(key, "applicationId", "-"), apis_of(key),
                     text_of(key, "lastUsedAt", "never"));
}

}  // namespace

Result<Answer> agree(Context& context, const std::string& key, std::string_view effect,
                     Agreement agreement) {
  if (context.prints_requests()) return Answer::kYes;
  Session* session = TRY(context.session());
  const auto object =
      session->fetch({.method = "GET", .path = "/v1/keys/" + key, .purpose = Purpose::kLookUp});
  // Who may stop a key, but not see it, stops it unseen; the server has the last word.
  if (!object && agreement == Agreement::kGiven) return Answer::kYes;
  if (!object) return fail(object.error());
  Console& console = context.console();
  console.note(sentence_about(*object));
  if (agreement == Agreement::kGiven) return Answer::kYes;
  const Answer answer = TRY(console.confirm(
      fmt::format("This {}. Calls with it are refused from then on. Go on?", effect),
      "add --yes if you mean it"));
  if (answer == Answer::kNo) console.note("Nothing was changed.");
  return answer;
}

}  // namespace claviger::cli
