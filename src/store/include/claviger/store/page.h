// Lists come in pages, ordered by id, which is the order of creation.
#pragma once

#include <optional>
#include <vector>

namespace claviger::store {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;

/// Which part of a list is wanted.
template <class Id>
struct Page {
  int limit = kDefaultPageSize;  ///< 1 to kMaxPageSize; others are brought into that range
  std::optional<Id> after = {};  ///< the last id of the page before; nullopt: from the start
};

template <class Item>
struct Listed {
  std::vector<Item> items;
  bool has_more = false;
};

}  // namespace claviger::store
