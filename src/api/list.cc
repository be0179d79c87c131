#include "list.h"

#include <algorithm>
#include <vector>

namespace claviger::api {
namespace {

/// Which list it is: its path and its parameters, in whatever order they came.
std::string purpose_of(const Call& call) {
  std::vector<std::string> parameters;
  for (const http::Parameter& parameter : call.request.query) {
    if (parameter.name != "cursor" && parameter.name != "limit")
      parameters.push_back(parameter.name + '=' + parameter.value);
  }
  std::sort(parameters.begin(), parameters.end());
  std::string purpose = call.request.path;
  for (const std::string& parameter : parameters) purpose += '\n' + parameter;
  return purpose;
}

}  // namespace

int read_limit(http::QueryReader& query) {
  return static_cast<int>(query.optional_integer("limit", {.min = 1, .max = 100}).value_or(25));
}

std::optional<std::string> read_cursor(const Call& call, http::QueryReader& query) {
  const auto cursor = query.optional_string("cursor", {.max_bytes = 4096});
  if (!cursor) return std::nullopt;
  auto position = call.parts.cursors.open(purpose_of(call), *cursor);
  if (!position)
    query.fault("cursor", "not-a-cursor",
                "This cursor is not of this list. Repeat \"nextCursor\" as it came, with the same "
                "filters and order, or leave it out to begin anew.");
  return position;
}

std::string seal_cursor(const Call& call, std::string_view position) {
  return call.parts.cursors.seal(purpose_of(call), position);
}

http::Response list_response(const Call& call, nlohmann::json data,
                             const std::optional<std::string>& position) {
  nlohmann::json next = nullptr;
  if (position) next = seal_cursor(call, *position);
  return http::json_response(
      200, {{"data", std::move(data)},
            {"pagination", {{"nextCursor", std::move(next)}, {"hasMore", position.has_value()}}}});
}

Result<http::Response> page_of_whole(const Call& call, const nlohmann::json& items) {
  http::QueryReader query(call.request.query);
  const auto position = read_cursor(call, query);
  const auto limit = static_cast<std::size_t>(read_limit(query));
  TRY(query.finish());
  const std::size_t begin =
      position ? std::min<std::size_t>(std::stoul(*position), items.size()) : 0;
  const std::size_t end = std::min(begin + limit, items.size());
  nlohmann::json data = nlohmann::json::array();
  for (std::size_t i = begin; i < end; ++i) data.push_back(items[i]);
  std::optional<std::string> next;
  if (end < items.size()) next = std::to_string(end);
  return list_response(call, std::move(data), next);
}

}  // namespace claviger::api
