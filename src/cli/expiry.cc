#include "expiry.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/core/interval.h"

namespace claviger::cli {
namespace {

constexpr std::size_t kDateLength = 10;  // "2026-12-31"

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string without_spaces_around(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

/// The API's notation: months are "m" there, and "mo" in a terminal, where "m" is asked about.
Result<std::string> api_notation(std::string_view text) {
  if (text.starts_with('P')) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && is_letter(text[length])) ++length;
    const std::string_view unit = text.substr(0, length);
    if (unit == "m")
      return fail(invalid("Months or minutes? Write \"mo\" for months or \"min\" for minutes."));
    out += unit == "mo" ? "m" : unit;
    text.remove_prefix(length);
    if (!text.empty()) out += text.front();
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
  }
  return out;
}

bool is_like_a_date(std::string_view text) {
  return text.size() >= kDateLength && text[4] == '-' && text[7] == '-';
}

/// Midnight at the beginning of a date.
Result<Time> parse_date(std::string_view text) {
  return parse_rfc3339(std::string(text) + "T00:00:00Z");
}

}  // namespace

Result<Expiry> parse_expiry(std::string_view text, Time now) {
  const std::string trimmed = without_spaces_around(text);
  if (trimmed == "never" || trimmed == "unlimited") return Expiry(Never{});
  if (is_like_a_date(trimmed)) {
    Time end = TRY(parse_moment(trimmed));
    if (trimmed.size() == kDateLength) end += std::chrono::days(1);
    if (end <= now)
      return fail(invalid(fmt::format("{} is past; a key cannot expire then.", trimmed)));
    return Expiry(end);
  }
  std::string span = TRY(api_notation(trimmed));
  if (!core::parse_interval(span))
    return fail(
        invalid(fmt::format("\"{}\" is no expiry. Write a span (30d, 12h, 90min, 6mo, 1y, P30D), a "
                            "date (2026-12-31), a "
                            "moment (RFC 3339) or never.",
                            trimmed)));
  return Expiry(Span{std::move(span)});
}

Result<Time> parse_end(std::string_view text, Time now) {
  const Expiry end = TRY(parse_expiry(text, now));
  if (const auto* time = std::get_if<Time>(&end)) return *time;
  if (const auto* span = std::get_if<Span>(&end))
    return core::after(now, TRY(core::parse_interval(span->text)));
  return fail(invalid("A span like 30d is expected here, not never."));
}

Result<Time> parse_moment(std::string_view text) {
  return text.size() == kDateLength ? parse_date(text) : parse_rfc3339(text);
}

Result<Microseconds> parse_wait(std::string_view text) {
  const std::string span = TRY(api_notation(text));
  const core::Interval interval = TRY(core::parse_interval(span));
  if (interval.months != 0)
    return fail(invalid(fmt::format("\"{}\" is too long to wait for.", text)));
  return interval.rest;
}

}  // namespace claviger::cli
