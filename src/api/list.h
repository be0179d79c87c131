// Lists: the page that is asked for, and the page that is answered (docs/rest-api.md,
// "Conventions"). Private to the api module.
#pragma once

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "claviger/http/message.h"
#include "claviger/http/query_reader.h"
#include "claviger/service/page.h"

namespace claviger::api {

/// Reads `limit` (1 to 100, else 25) and `cursor`, which is the id that a page ended with.
template <class Id>
service::Page<Id> read_page(http::QueryReader& query) {
  const auto limit = query.optional_integer("limit", {.min = 1, .max = 100});
  return {.limit = static_cast<int>(limit.value_or(25)), .after = query.optional_id<Id>("cursor")};
}

/// {"data":[…],"pagination":{"nextCursor":…,"hasMore":…}}; `present` makes an item's JSON and
/// `id_of` its id.
template <class Item, class Present, class IdOf>
http::Response page_response(const service::Listed<Item>& listed, Present present, IdOf id_of) {
  nlohmann::json data = nlohmann::json::array();
  for (const Item& item : listed.items) data.push_back(present(item));
  nlohmann::json next = nullptr;
  if (listed.has_more && !listed.items.empty()) next = id_of(listed.items.back()).str();
  return http::json_response(
      200, {{"data", std::move(data)},
            {"pagination", {{"nextCursor", std::move(next)}, {"hasMore", listed.has_more}}}});
}

}  // namespace claviger::api
