// Lists: the page that is asked for, and the page that is answered (docs/rest-api.md,
// "Conventions"). Private to the api module.
#pragma once

#include "route.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "claviger/http/message.h"
#include "claviger/http/query_reader.h"
#include "claviger/service/page.h"

namespace claviger::api {

/// Reads `limit`: 1 to 100, else 25.
[[nodiscard]] int read_limit(http::QueryReader& query);

/// Reads `cursor`: the position that a page of this very list ended with; nullopt: from the start.
[[nodiscard]] std::optional<std::string> read_cursor(const Call& call, http::QueryReader& query);

/// A cursor for this list.
[[nodiscard]] std::string seal_cursor(const Call& call, std::string_view position);

/// {"data":[…],"pagination":{"nextCursor":…,"hasMore":…}}; `position` is where the page ended,
/// nullopt if it is the last.
[[nodiscard]] http::Response list_response(const Call& call, nlohmann::json data,
                                           const std::optional<std::string>& position);

/// Reads `limit` and `cursor` of a list in the order of its ids.
template <class Id>
service::Page<Id> read_page(const Call& call, http::QueryReader& query) {
  const auto position = read_cursor(call, query);
  return {.limit = read_limit(query), .after = position ? Id::parse(*position) : std::nullopt};
}

/// `present` makes an item's JSON and `id_of` its id.
template <class Item, class Present, class IdOf>
http::Response page_response(const Call& call, const service::Listed<Item>& listed, Present present,
                             IdOf id_of) {
  nlohmann::json data = nlohmann::json::array();
  for (const Item& item : listed.items) data.push_back(present(item));
  std::optional<std::string> position;
  if (listed.has_more && !listed.items.empty()) position = id_of(listed.items.back()).str();
  return list_response(call, std::move(data), position);
}

/// A page of what is read whole: reads `limit` and `cursor`, and no other parameter. The order of
/// the items must be a lasting one.
[[nodiscard]] Result<http::Response> page_of_whole(const Call& call, const nlohmann::json& items);

}  // namespace claviger::api
