// The WHERE clause of a statement, put together from fixed texts. On rows of tenants it begins with
// the scope, so that no such statement can go without it (docs/threats.md, I7).
#pragma once

#include "value.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "claviger/store/page.h"
#include "claviger/store/scope.h"

namespace claviger::store {

class Where {
 public:
  /// `column` holds the organization to which the row belongs.
  explicit Where(const Scope& scope, std::string_view column = "organization_id") {
    switch (scope.extent()) {
      case Scope::Extent::kOne:
        add(std::string(column) + " = :tenant", {"tenant", scope.organization()});
        return;
      case Scope::Extent::kTree:
        add(std::string(column) +
                " IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = :tenant)",
            {"tenant", scope.organization()});
        return;
      case Scope::Extent::kAll:
        return;
    }
  }

  /// Both are literals of the caller.
  Where& add(std::string_view condition) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += condition;
    return *this;
  }

  Where& add(std::string_view condition, Bind bind) {
    binds_.push_back(std::move(bind));
    return add(condition);
  }

  Where& id(const Value& id) { return add("id = :id", {"id", id}); }

  /// The rows of a page and one more, which tells that there are others.
  template <class Id>
  Where& page(const Page<Id>& page) {
    if (page.after) add("id > :after", {"after", *page.after});
    return tail(" ORDER BY id LIMIT :limit", {"limit", page_limit(page) + 1});
  }

  /// What comes behind the conditions.
  Where& tail(std::string_view text, Bind bind) {
    text_ += text;
    binds_.push_back(std::move(bind));
    return *this;
  }

  /// Values for the part before the WHERE.
  Where& with(Binds binds) {
    binds_.insert(binds_.begin(), std::make_move_iterator(binds.begin()),
                  std::make_move_iterator(binds.end()));
    return *this;
  }

  template <class Id>
  static int page_limit(const Page<Id>& page) {
    return std::clamp(page.limit, 1, kMaxPageSize);
  }

  /// `head` and the clause.
  [[nodiscard]] std::string after(std::string_view head) const { return std::string(head) + text_; }

  [[nodiscard]] const Binds& binds() const { return binds_; }

 private:
  std::string text_;
  Binds binds_;
};

/// A page from the rows that Where::page() selects.
template <class Item, class Id>
Listed<Item> listed(std::vector<Item> rows, const Page<Id>& page) {
  const auto limit = static_cast<std::size_t>(Where::page_limit(page));
  Listed<Item> list{std::move(rows), false};
  if (list.items.size() > limit) {
    list.has_more = true;
    list.items.resize(limit);
  }
  return list;
}

}  // namespace claviger::store
