#include "condition.h"

#include <algorithm>
#include <optional>

#include "claviger/base/time.h"

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int sign_of(std::strong_ordering order) {
  if (order < 0) return -1;
  return order > 0 ? 1 : 0;
}

/// The digits at the front of `text`, without leading zeros; takes them off.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

int compare_naturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view left = take_number(a);
      const std::string_view right = take_number(b);
      if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
      if (const int order = left.compare(right); order != 0) return order;
      continue;
    }
    const char left = lower(a.front());
    const char right = lower(b.front());
    if (left != right) return left < right ? -1 : 1;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return sign_of(a.size() <=> b.size());
}

int compare_ignoring_case(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const char left = lower(a[i]);
    const char right = lower(b[i]);
    if (left != right) return left < right ? -1 : 1;
  }
  return sign_of(a.size() <=> b.size());
}

/// "2026-11-22T10:00:00Z" or longer: only such a text is worth reading as one.
bool looks_like_a_moment(std::string_view text) {
  constexpr std::size_t kShortest = 20;
  return text.size() >= kShortest && is_digit(text.front()) && text[4] == '-';
}

bool equal(const json& a, const json& b, Collation collation) {
  return compare(a, b, collation) == 0;
}

bool has(const json& list, const json& value, Collation collation) {
  return list.is_array() && std::any_of(list.begin(), list.end(), [&](const json& item) {
           return equal(item, value, collation);
         });
}

bool has_all(const json& list, const json& values, Collation collation) {
  return values.is_array() && std::all_of(values.begin(), values.end(), [&](const json& value) {
           return has(list, value, collation);
         });
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

bool contains(const json& present, const Condition& condition) {
  const json& value = condition.value;
  if (!present.is_string() || !value.is_string()) return has(present, value, condition.collation);
  const auto& text = present.get_ref<const std::string&>();
  const auto& part = value.get_ref<const std::string&>();
  return condition.collation == Collation::kOrdinal
             ? text.find(part) != std::string::npos
             : lowered(text).find(lowered(part)) != std::string::npos;
}

bool is_ordered(const json& present, const Condition& condition) {
  const auto order = compare(present, condition.value, condition.collation);
  if (!order) return false;
  switch (condition.operation) {
    case Operation::kLessThan:
      return *order < 0;
    case Operation::kLessThanOrEqual:
      return *order <= 0;
    case Operation::kGreaterThan:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

bool compares(const json& present, const Condition& condition) {
  const json& value = condition.value;
  switch (condition.operation) {
    case Operation::kIn:
      return has(value, present, condition.collation);
    case Operation::kContains:
      return contains(present, condition);
    case Operation::kSubset:
      return has_all(value, present, condition.collation);
    case Operation::kSuperset:
      return has_all(present, value, condition.collation);
    case Operation::kEquals:
      return equal(present, value, condition.collation);
    case Operation::kNotEquals:
      return !equal(present, value, condition.collation);
    default:
      return is_ordered(present, condition);
  }
}

}  // namespace

const json* property_of(const json& item, std::string_view path) {
  const json* value = &item;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    const auto found = value->find(path.substr(0, end));
    if (!value->is_object() || found == value->end()) return nullptr;
    value = &*found;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return value;
}

int compare_texts(std::string_view a, std::string_view b, Collation collation) {
  switch (collation) {
    case Collation::kOrdinal:
      return a.compare(b);
    case Collation::kIgnoreCase:
      return compare_ignoring_case(a, b);
    case Collation::kLexicographic:
      return compare_naturally(a, b);
  }
  return 0;
}

std::optional<int> compare(const json& a, const json& b, Collation collation) {
  if (a.is_number() && b.is_number()) {
    // Holds every integer of 64 bits exactly, with a sign or without.
    const auto left = a.get<long double>();
    const auto right = b.get<long double>();
    return left < right ? -1 : static_cast<int>(right < left);
  }
  if (a.is_string() && b.is_string()) {
    const auto& left = a.get_ref<const std::string&>();
    const auto& right = b.get_ref<const std::string&>();
    if (looks_like_a_moment(left) && looks_like_a_moment(right)) {
      const auto earlier = parse_rfc3339(left);
      const auto later = parse_rfc3339(right);
      if (earlier && later) return sign_of(*earlier <=> *later);
    }
    return compare_texts(left, right, collation);
  }
  if (a.is_boolean() && b.is_boolean())
    return static_cast<int>(a.get<bool>()) - static_cast<int>(b.get<bool>());
  if (a.is_null() && b.is_null()) return 0;
  return std::nullopt;
}

bool matches(const json& item, const Condition& condition) {
  const auto count = [&] {
    return std::count_if(condition.items.begin(), condition.items.end(),
                         [&](const Condition& one) { return matches(item, one); });
  };
  const auto all = static_cast<std::ptrdiff_t>(condition.items.size());
  switch (condition.operation) {
    case Operation::kAnd:
      return count() == all;
    case Operation::kOr:
      return count() > 0;
    case Operation::kExclusiveOr:
      return count() % 2 == 1;
    case Operation::kNot:
      return count() != all;
    default:
      break;
  }
  static const json nothing;
  const json* present = property_of(item, condition.property);
  return compares(present == nullptr ? nothing : *present, condition);
}

}  // namespace claviger::api::veeam
