#include "resolve.h"

#include "json_field.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"
#include "claviger/core/key_text.h"
#include "claviger/http/suggestion.h"

namespace claviger::cli {

Result<std::string> application_id(Session& session, const std::string& text) {
  if (core::ApplicationId::parse(text)) return text;
  std::vector<std::string> names;
  std::vector<std::string> matches;
  const auto take = [&](const nlohmann::json& application) {
    names.push_back(text_at(application, "name"));
    if (names.back() == text) matches.push_back(text_at(application, "id"));
  };
  TRY(session.for_each({.method = "GET", .path = "/v1/applications", .purpose = Purpose::kLookUp},
                       {}, take));
  if (matches.size() == 1 && core::ApplicationId::parse(matches.front())) return matches.front();
  if (matches.size() > 1)
    return fail(
        Error::refused(ErrorCode::kConflict,
                       fmt::format("{} applications are called \"{}\"; name one by its id: {}.",
                                   matches.size(), text, fmt::join(matches, ", "))));
  const auto meant = http::nearest_word(text, names);
  return fail(Error::refused(
      ErrorCode::kNotFound,
      fmt::format("There is no application \"{}\"{}", text,
                  meant ? fmt::format("; did you mean \"{}\"?", *meant)
                        : fmt::format(". Make it with: claviger app create {}", text))));
}

Result<std::string> key_id(const std::string& text) {
  if (core::KeyId::parse(text)) return text;
  return fail(Error::refused(
      ErrorCode::kInvalidInput,
      fmt::format("\"{}\" is not the id of a key; the command \"claviger key list\" shows them.",
                  text)));
}

}  // namespace claviger::cli
