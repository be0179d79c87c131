// The parameters that the façade's lists take: limit, offset, filter, sort, select. Private to the
// api module.
#pragma once

#include "condition.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/http/message.h"
#include "claviger/http/query_reader.h"

namespace claviger::api::veeam {

/// Names of properties that an item may have: "profile.email".
using Properties = std::span<const std::string_view>;

enum class Pages : std::uint8_t {
  kYes,  ///< a hundred items, unless `limit` says otherwise, from `offset` on
  kNo,   ///< the whole list
};

struct SortKey {
  std::string property;
  bool descends = false;
  Collation collation = Collation::kOrdinal;
};

struct ListQuery {
  std::optional<std::size_t> limit;  ///< nullopt: all
  std::size_t offset = 0;
  std::vector<Condition> filter;  ///< all of them
  std::vector<SortKey> sort;
  std::vector<std::string> select;  ///< empty: everything
};

/// Reads them; a property that no item has, an unknown operation and the like are faults of
/// `query`. The caller calls its finish().
[[nodiscard]] ListQuery read_list_query(http::QueryReader& query, Properties properties,
                                        Pages pages);

/// Filters, sorts, cuts out the page and selects.
[[nodiscard]] http::Response answer_list(const ListQuery& query, std::vector<nlohmann::json> items);

}  // namespace claviger::api::veeam
