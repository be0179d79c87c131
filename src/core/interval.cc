#include "claviger/core/interval.h"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace claviger::core {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month_day;

constexpr int kMostMonths = 100 * 12;
constexpr Microseconds kMostRest = std::chrono::hours{24 * 36525};

struct Unit {
  std::string_view name;
  int months;
  Microseconds rest;
};

constexpr Microseconds kDay = std::chrono::hours{24};

// In descending order: a unit may be followed only by those behind it.
constexpr std::array<Unit, 6> kUnits = {{
    {"y", 12, Microseconds{0}},
    {"m", 1, Microseconds{0}},
    {"d", 0, kDay},
    {"h", 0, std::chrono::hours{1}},
    {"min", 0, std::chrono::minutes{1}},
    {"s", 0, std::chrono::seconds{1}},
}};

constexpr std::array<Unit, 4> kIsoDateUnits = {{
    {"Y", 12, Microseconds{0}},
    {"M", 1, Microseconds{0}},
    {"W", 0, kDay * 7},
    {"D", 0, kDay},
}};

constexpr std::array<Unit, 3> kIsoTimeUnits = {{
    {"H", 0, std::chrono::hours{1}},
    {"M", 0, std::chrono::minutes{1}},
    {"S", 0, std::chrono::seconds{1}},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Reads numbers with units of one list, in the list's order, and adds them up. False if the text
/// is anything else, or too much.
template <std::size_t kCount>
bool add_parts(std::string_view text, const std::array<Unit, kCount>& units, Interval& sum) {
  std::size_t next_unit = 0;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!is_digit(text.front()) || error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t length = 0;
    while (length < text.size() && is_letter(text[length])) ++length;
    const std::string_view name = text.substr(0, length);
    text.remove_prefix(length);
    while (next_unit < kCount && units[next_unit].name != name) ++next_unit;
    if (next_unit == kCount) return false;
    const Unit& unit = units[next_unit++];
    if (unit.months > 0 && number > kMostMonths / unit.months) return false;
    if (unit.rest.count() > 0 && number > kMostRest / unit.rest) return false;
    sum.months += number * unit.months;
    sum.rest += number * unit.rest;
  }
  return sum.months <= kMostMonths && sum.rest <= kMostRest;
}

std::optional<Interval> read(std::string_view text) {
  Interval sum;
  if (!text.starts_with('P'))
    return add_parts(text, kUnits, sum) ? std::optional(sum) : std::nullopt;
  text.remove_prefix(1);
  const std::size_t time = text.find('T');
  if (text.ends_with('T') || text.find(' ') != std::string_view::npos) return std::nullopt;
  const bool read =
      add_parts(text.substr(0, time), kIsoDateUnits, sum) &&
      (time == std::string_view::npos || add_parts(text.substr(time + 1), kIsoTimeUnits, sum));
  return read ? std::optional(sum) : std::nullopt;
}

}  // namespace

Result<Interval> parse_interval(std::string_view text) {
  const std::optional<Interval> interval = read(text);
  if (interval && *interval != Interval{}) return *interval;
  return fail(Error::refused(
      ErrorCode::kInvalidInput,
      fmt::format(
          "\"{}\" is not an interval; write it like 30d, 12h, 90min or 1y 6m (m is months), "
          "of at most 100 years.",
          text.substr(0, 40))));
}

std::string to_string(const Interval& interval) {
  std::string text;
  Interval left = interval;
  for (const Unit& unit : kUnits) {
    const bool is_of_calendar = unit.months > 0;
    const std::int64_t count =
        is_of_calendar ? left.months / unit.months : left.rest.count() / unit.rest.count();
    if (count == 0) continue;
    if (is_of_calendar)
      left.months %= unit.months;
    else
      left.rest %= unit.rest;
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", count, unit.name);
  }
  return text;
}

Time after(Time start, const Interval& interval) {
  const auto day = std::chrono::floor<days>(start);
  year_month_day date{day};
  date += months{interval.months};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return Time{std::chrono::sys_days{date}} + (start - day) + interval.rest;
}

}  // namespace claviger::core
