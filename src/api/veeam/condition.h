// Conditions on the items of a list, as `filter` states them:
//
//   [{"property":"userName","operation":"equals","collation":"ignorecase","value":"bob"},
//    {"operation":"or","items":[…]}]
//
// Private to the api module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace claviger::api::veeam {

/// How texts compare.
enum class Collation : std::uint8_t {
  kOrdinal,
  kIgnoreCase,
  kLexicographic,  ///< numbers in texts by their value: "gw-9" before "gw-10"
};

enum class Operation : std::uint8_t {
  kIn,
  kContains,
  kSubset,
  kSuperset,
  kEquals,
  kNotEquals,
  kLessThan,
  kLessThanOrEqual,
  kGreaterThan,
  kGreaterThanOrEqual,
  kExclusiveOr,
  kOr,
  kAnd,
  kNot,
};

struct Condition {
  Operation operation{};
  Collation collation = Collation::kOrdinal;
  std::string property;          ///< "profile.email"; of the logical operations, empty
  nlohmann::json value;          ///< what the property is compared with
  std::vector<Condition> items;  ///< of a logical operation
};

/// The item's property, "a.b" being b of a; nullptr if it has none.
[[nodiscard]] const nlohmann::json* property_of(const nlohmann::json& item, std::string_view path);

/// Less than 0, 0, or more: `a` stands before `b`, with it, behind it. Both are texts.
[[nodiscard]] int compare_texts(std::string_view a, std::string_view b, Collation collation);

/// The same of numbers, truth values, texts and moments (texts in RFC 3339); nullopt if the two do
/// not compare.
[[nodiscard]] std::optional<int> compare(const nlohmann::json& a, const nlohmann::json& b,
                                         Collation collation);

/// What does not compare (a number with a text) does not match, whatever is asked but "notEquals".
[[nodiscard]] bool matches(const nlohmann::json& item, const Condition& condition);

}  // namespace claviger::api::veeam
