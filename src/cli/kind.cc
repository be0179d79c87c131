#include "kind.h"

#include "json_field.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

Error not_an_id(const Kind& kind, const std::string& text) {
  return Error::refused(
      ErrorCode::kInvalidInput,
      fmt::format("\"{}\" is not the id of a {}; the command \"claviger {}\" shows them.", text,
                  kind.word, kind.list));
}

Error unknown(const Kind& kind, const std::string& text, const std::vector<std::string>& names) {
  const auto meant = http::nearest_word(text, names);
  return Error::refused(
      ErrorCode::kNotFound,
      fmt::format("There is no {} \"{}\"{}", kind.word, text,
                  meant ? fmt::format("; did you mean \"{}\"?", *meant)
                        : fmt::format(". The command \"claviger {}\" shows them.", kind.list)));
}

}  // namespace

Result<std::string> id_of(Session& session, const Kind& kind, const std::string& text) {
  if (kind.is_id(text)) return text;
  if (kind.name.empty()) return fail(not_an_id(kind, text));
  ApiRequest request{
      .method = "GET", .path = std::string(kind.resource), .purpose = Purpose::kLookUp};
  if (!kind.filter.empty()) request.query.push_back({std::string(kind.filter), text});
  std::vector<std::string> names;
  std::vector<std::string> matches;
  const auto take = [&](const nlohmann::json& item) {
    names.push_back(text_at(item, kind.name));
    if (names.back() == text) matches.push_back(text_at(item, "id"));
  };
  TRY(session.for_each(std::move(request), {}, take));
  if (matches.size() == 1 && kind.is_id(matches.front())) return matches.front();
  if (matches.size() < 2) return fail(unknown(kind, text, names));
  return fail(
      Error::refused(ErrorCode::kConflict,
                     fmt::format("{} {}s are called \"{}\"; name one by its id: {}.",
                                 matches.size(), kind.word, text, fmt::join(matches, ", "))));
}

std::string path_of(const Kind& kind, const std::string& id) {
  return fmt::format("{}/{}", kind.resource, id);
}

Argument id_argument(const Kind& kind, std::string& text) {
  return {.name = "ID",
          .help = kind.name.empty() ? fmt::format("the id of the {}", kind.word)
                                    : fmt::format("the {}: its id or {}", kind.word, kind.name),
          .target = &text,
          .presence = Presence::kRequired,
          .completes = kind.completes};
}

std::string named(const Kind& kind, const nlohmann::json& object) {
  const std::string name = text_at(object, kind.name.empty() ? "name" : kind.name);
  const std::string status = text_at(object, "status");
  return fmt::format("{}{} ({}{})", kind.word, name.empty() ? "" : fmt::format(" \"{}\"", name),
                     text_at(object, "id"), status.empty() ? "" : ", " + status);
}

}  // namespace claviger::cli
