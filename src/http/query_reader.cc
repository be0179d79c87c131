#include "claviger/http/query_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "claviger/base/encoding.h"
#include "claviger/http/suggestion.h"

namespace claviger::http {

std::string QueryReader::required_string(std::string_view name, StringRule rule) {
  if (parameters_.count(name) == 0) {
    asked_.emplace_back(name);
    fault(name, "missing", fmt::format("The parameter \"{}\" is missing.", name));
    return {};
  }
  return optional_string(name, rule).value_or(std::string());
}

std::optional<std::string> QueryReader::optional_string(std::string_view name, StringRule rule) {
  asked_.emplace_back(name);
  const auto value = parameters_.one(name);
  if (!value) {
    fault(name, "duplicate-parameter", value.error().public_text().str());
    return std::nullopt;
  }
  if (!value->has_value()) return std::nullopt;
  return checked(name, **value, rule);
}

std::optional<std::int64_t> QueryReader::optional_integer(std::string_view name, IntegerRule rule) {
  const std::optional<std::string> text = optional_string(name, {});
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [read_to, fault_code] = std::from_chars(text->data(), end, number);
  if (fault_code == std::errc() && read_to == end && number >= rule.min && number <= rule.max)
    return number;
  fault(name, "out-of-range",
        fmt::format("\"{}\" must be a whole number between {} and {}.", name, rule.min, rule.max));
  return std::nullopt;
}

std::optional<bool> QueryReader::optional_bool(std::string_view name) {
  const std::optional<std::string> word = optional_choice(name, {"true", "false"});
  if (!word) return std::nullopt;
  return *word == "true";
}

std::optional<Time> QueryReader::optional_time(std::string_view name) {
  const std::optional<std::string> text = optional_string(name, {});
  if (!text) return std::nullopt;
  const Result<Time> time = parse_rfc3339(*text);
  if (time) return *time;
  fault(name, "not-a-time", time.error().public_text().str());
  return std::nullopt;
}

std::optional<std::string> QueryReader::optional_choice(
    std::string_view name, std::initializer_list<std::string_view> choices) {
  std::optional<std::string> text = optional_string(name, {});
  if (!text || std::find(choices.begin(), choices.end(), *text) != choices.end()) return text;
  fault(name, "not-a-choice",
        fmt::format("\"{}\" must be one of {}.", name, fmt::join(choices, ", ")));
  return std::nullopt;
}

std::vector<std::string> QueryReader::all_strings(std::string_view name, StringRule rule) {
  asked_.emplace_back(name);
  std::vector<std::string> values;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name != name) continue;
    std::optional<std::string> value = checked(name, parameter.value, rule);
    if (value) values.push_back(*std::move(value));
  }
  return values;
}

std::optional<std::string> QueryReader::checked(std::string_view name, std::string_view value,
                                                StringRule rule) {
  if (value.empty() && rule.empty == Empty::kRefused) {
    fault(name, "empty", fmt::format("\"{}\" must not be empty.", name));
    return std::nullopt;
  }
  if (value.size() > rule.max_bytes) {
    fault(name, "too-long", fmt::format("\"{}\" may have at most {} bytes.", name, rule.max_bytes));
    return std::nullopt;
  }
  return std::string(value);
}

void QueryReader::fault(std::string_view name, std::string_view code, std::string detail) {
  faults_.push_back({.pointer = std::string(name),
                     .code = std::string(code),
                     .detail = PublicText(std::move(detail))});
}

Result<void> QueryReader::finish() {
  for (const Parameter& parameter : parameters_) {
    if (std::find(asked_.begin(), asked_.end(), parameter.name) != asked_.end()) continue;
    constexpr std::size_t kLongest = 60;
    std::string shown = parameter.name.substr(0, kLongest);
    while (!is_utf8(shown)) shown.pop_back();
    const std::optional<std::string_view> meant = nearest_word(parameter.name, asked_);
    fault(parameter.name, "unknown-parameter",
          fmt::format("\"{}\" is not a parameter here.{}", shown,
                      meant ? fmt::format(" Did you mean \"{}\"?", *meant) : ""));
  }
  if (faults_.empty()) return {};
  return fail(Error::invalid(std::exchange(faults_, {})));
}

}  // namespace claviger::http
