#include "fields.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::api {
namespace {

using nlohmann::json;

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    names.emplace_back(text.substr(0, end));
    if (end == text.size()) return names;
    text.remove_prefix(end + 1);
  }
}

Error no_such_field(const std::string& name, const json& item) {
  std::string known;
  for (const auto& [field, value] : item.items()) known += (known.empty() ? "" : ", ") + field;
  return Error::invalid(
      {{"fields", "unknown-field",
        PublicText(fmt::format("\"{}\" is no field of these; they have {}.", name, known))}});
}

}  // namespace

Result<std::optional<http::Response>> with_fields(http::Response response, std::string_view names) {
  json document = json::parse(response.body, nullptr, false);
  const auto data = document.is_object() ? document.find("data") : document.end();
  if (data == document.end() || !data->is_array()) return std::nullopt;
  const std::vector<std::string> wanted = names_in(names);
  for (const std::string& name : wanted) {
    const bool is_there =
        data->empty() || std::any_of(data->begin(), data->end(),
                                     [&](const json& item) { return item.contains(name); });
    if (!is_there) return fail(no_such_field(name, data->front()));
  }
  for (json& item : *data) {
    json chosen = json::object();
    for (const std::string& name : wanted)
      if (item.contains(name)) chosen[name] = std::move(item[name]);
    item = std::move(chosen);
  }
  response.body = document.dump();
  return response;
}

}  // namespace claviger::api
