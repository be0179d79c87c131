#include "list_query.h"

#include "envelope.h"
#include "lenient_json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

constexpr std::size_t kUsualLimit = 100;
constexpr std::int64_t kMostLimit = 500;
constexpr std::int64_t kMostOffset = 1'000'000;
// A list is looked through condition by condition, and nobody waits for thousands of them.
constexpr std::size_t kMostConditions = 50;
constexpr std::size_t kMostValues = 100;
constexpr std::size_t kMostSortKeys = 5;
constexpr http::StringRule kOption = {
    .max_bytes = 16 * 1024, .lines = http::Lines::kMany, .empty = http::Empty::kAllowed};

constexpr std::array<std::string_view, 14> kOperations = {"in",          "contains",
                                                          "subset",      "superset",
                                                          "equals",      "notEquals",
                                                          "lessThan",    "lessThanOrEqual",
                                                          "greaterThan", "greaterThanOrEqual",
                                                          "exclusiveOr", "or",
                                                          "and",         "not"};
constexpr std::array<std::string_view, 3> kCollations = {"ordinal", "ignorecase", "lexicographic"};
constexpr std::array<std::string_view, 2> kDirections = {"ascending", "descending"};

bool is_logical(Operation operation) {
  return operation >= Operation::kExclusiveOr;
}

/// Reads one parameter that holds JSON, and remembers the first thing that is wrong with it.
class OptionReader {
 public:
  OptionReader(http::QueryReader& query, std::string_view name, Properties properties)
      : query_(query), name_(name), properties_(properties) {}

  std::vector<Condition> conditions() { return conditions_in(document()); }

  std::vector<SortKey> sort_keys() {
    std::vector<SortKey> keys;
    const json items = document();
    if (items.size() > kMostSortKeys) fault("\"sort\" takes {} orders.", kMostSortKeys);
    for (const json& item : items) {
      keys.push_back(
          {.property = property_in(item),
           .descends = word_in(item, "direction", kDirections) == 1,
           .collation = static_cast<Collation>(word_in(item, "collation", kCollations))});
    }
    return keys;
  }

  /// Names, or objects that hold one as "propertyPath".
  std::vector<std::string> selectors() {
    std::vector<std::string> names;
    for (const json& item : document())
      names.push_back(known(item.is_object() ? item.value("propertyPath", json()) : item));
    return names;
  }

 private:
  /// An array; empty if the parameter is not there.
  json document() {
    const auto text = query_.optional_string(name_, kOption);
    if (!text || text->empty()) return json::array();
    auto parsed = parse_lenient_json(*text);
    if (!parsed) return fault("\"{}\" is not JSON: {}", name_, parsed.error().public_text().str());
    if (!parsed->is_array()) return fault("\"{}\" is an array.", name_);
    return *std::move(parsed);
  }

  std::vector<Condition> conditions_in(const json& list) {
    std::vector<Condition> conditions;
    for (const json& item : list) conditions.push_back(condition_in(item));
    return conditions;
  }

  Condition condition_in(const json& item) {
    Condition condition;
    if (++conditions_ > kMostConditions) {
      fault("\"filter\" takes {} conditions.", kMostConditions);
      return condition;
    }
    if (!item.is_object()) {
      fault("A condition in \"{}\" is an object.", name_);
      return condition;
    }
    if (!item.contains("operation")) fault("A condition in \"{}\" has no \"operation\".", name_);
    condition.operation = static_cast<Operation>(word_in(item, "operation", kOperations));
    condition.collation = static_cast<Collation>(word_in(item, "collation", kCollations));
    const json items = item.value("items", json());
    if (!is_logical(condition.operation)) {
      condition.property = property_in(item);
      condition.value = item.value("value", json());
      if (condition.value.is_array() && condition.value.size() > kMostValues)
        fault("A condition takes {} values.", kMostValues);
      if (items.is_array()) fault("\"items\" goes with exclusiveOr, or, and, and not alone.");
    } else if (items.is_array() && !items.empty()) {
      condition.items = conditions_in(items);
    } else {
      fault("\"{}\" needs \"items\".", kOperations[static_cast<std::size_t>(condition.operation)]);
    }
    return condition;
  }

  std::string property_in(const json& item) {
    return known(item.is_object() ? item.value("property", json()) : json());
  }

  std::string known(const json& name) {
    const auto* text = name.get_ptr<const std::string*>();
    if (text != nullptr &&
        std::find(properties_.begin(), properties_.end(), *text) != properties_.end())
      return *text;
    fault("\"{}\" names {}, which the items of this list do not have.", name_,
          text == nullptr ? "no property" : fmt::format("\"{}\"", *text));
    return {};
  }

  /// Which of the words a member is, in any case; the first one if it is not there.
  template <std::size_t kCount>
  std::size_t word_in(const json& item, const char* member,
                      const std::array<std::string_view, kCount>& words) {
    const json value = item.is_object() ? item.value(member, json()) : json();
    if (value.is_null()) return 0;
    if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      const auto* const found =
          std::find_if(words.begin(), words.end(), [&](std::string_view word) {
            return compare_texts(word, text, Collation::kIgnoreCase) == 0;
          });
      if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    fault("\"{}\" in \"{}\" is one of: {}.", member, name_, fmt::join(words, ", "));
    return 0;
  }

  template <class... Values>
  json fault(fmt::format_string<Values...> text, Values&&... values) {
    if (!has_fault_)
      query_.fault(name_, "not-understood", fmt::format(text, std::forward<Values>(values)...));
    has_fault_ = true;
    return json::array();
  }

  http::QueryReader& query_;
  std::string_view name_;
  Properties properties_;
  std::size_t conditions_ = 0;
  bool has_fault_ = false;
};

/// What does not compare stands in the order of JSON's types.
int order_of(const json& a, const json& b, Collation collation) {
  if (const auto order = compare(a, b, collation)) return *order;
  return a < b ? -1 : static_cast<int>(b < a);
}

bool stands_before(const json& a, const json& b, const std::vector<SortKey>& keys) {
  static const json nothing;
  const auto value = [](const json& item, const SortKey& key) -> const json& {
    const json* found = property_of(item, key.property);
    return found == nullptr ? nothing : *found;
  };
  for (const SortKey& key : keys) {
    const int order = order_of(value(a, key), value(b, key), key.collation);
    if (order != 0) return key.descends ? order > 0 : order < 0;
  }
  return false;
}

/// Of the item, the properties that were selected.
json selected(const json& item, const std::vector<std::string>& names) {
  json chosen = json::object();
  for (std::string name : names) {
    const json* value = property_of(item, name);
    std::replace(name.begin(), name.end(), '.', '/');
    if (value != nullptr) chosen[json::json_pointer('/' + name)] = *value;
  }
  return chosen;
}

}  // namespace

ListQuery read_list_query(http::QueryReader& query, Properties properties, Pages pages) {
  ListQuery read;
  if (pages == Pages::kYes) {
    const auto limit = query.optional_integer("limit", {.min = 1, .max = kMostLimit});
    const auto offset = query.optional_integer("offset", {.min = 0, .max = kMostOffset});
    read.limit = static_cast<std::size_t>(limit.value_or(kUsualLimit));
    read.offset = static_cast<std::size_t>(offset.value_or(0));
  }
  read.filter = OptionReader(query, "filter", properties).conditions();
  read.sort = OptionReader(query, "sort", properties).sort_keys();
  read.select = OptionReader(query, "select", properties).selectors();
  return read;
}

http::Response answer_list(const ListQuery& query, std::vector<json> items) {
  for (const Condition& condition : query.filter)
    std::erase_if(items, [&](const json& item) { return !matches(item, condition); });
  if (!query.sort.empty())
    std::stable_sort(items.begin(), items.end(),
                     [&](const json& a, const json& b) { return stands_before(a, b, query.sort); });
  const Paging paging{.total = items.size(), .offset = query.offset};
  const std::size_t begin = std::min(query.offset, items.size());
  const std::size_t count = std::min(query.limit.value_or(items.size()), items.size() - begin);
  json page = json::array();
  for (std::size_t i = begin; i < begin + count; ++i)
    page.push_back(query.select.empty() ? std::move(items[i]) : selected(items[i], query.select));
  return page_response(page, paging);
}

}  // namespace claviger::api::veeam
