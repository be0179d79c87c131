#include "claviger/base/time.h"

#include <charconv>

#include <fmt/format.h>

namespace claviger {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

Error not_a_time(std::string_view text) {
  return Error::refused(
      ErrorCode::kInvalidInput,
      fmt::format("\"{}\" is not a time; write it like 2026-12-31T23:59:59Z (RFC 3339).",
                  text.substr(0, 40)));
}

/// Reads fixed-width decimal fields from the front of a text.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    for (char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
    }
    std::from_chars(rest_.data(), rest_.data() + digits, value);
    rest_.remove_prefix(digits);
    return true;
  }

  bool one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  bool next_is_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }

  char last() const { return last_; }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = 0;
};

/// The digits behind the decimal point, in microseconds.
bool read_fraction(FieldReader& in, Microseconds& fraction) {
  std::int64_t scale = 100'000;
  if (!in.next_is_digit()) return false;
  while (in.next_is_digit()) {
    int digit = 0;
    in.number(1, digit);
    fraction += Microseconds{digit * scale};
    scale /= 10;
  }
  return true;
}

bool read_offset(FieldReader& in, minutes& offset) {
  if (in.one_of("Zz")) return true;
  if (!in.one_of("+-")) return false;
  const int sign = in.last() == '-' ? -1 : 1;
  int hour = 0;
  int minute = 0;
  if (!in.number(2, hour) || !in.one_of(":") || !in.number(2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  offset = sign * (hours{hour} + minutes{minute});
  return true;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date{day};
  const auto of_day = time - day;
  const auto whole = std::chrono::duration_cast<seconds>(of_day);
  const auto fraction = (of_day - whole).count();
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()},
                                 unsigned{date.month()}, unsigned{date.day()}, whole.count() / 3600,
                                 whole.count() / 60 % 60, whole.count() % 60);
  if (fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    while (text.back() == '0') text.pop_back();
  }
  return text + 'Z';
}

Result<Time> parse_rfc3339(std::string_view text) {
  FieldReader in(text);
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const bool date_read = in.number(4, year) && in.one_of("-") && in.number(2, month) &&
                         in.one_of("-") && in.number(2, day) && in.one_of("Tt ");
  const bool time_read = date_read && in.number(2, hour) && in.one_of(":") &&
                         in.number(2, minute) && in.one_of(":") && in.number(2, second);
  if (!time_read || hour > 23 || minute > 59 || second > 59) return fail(not_a_time(text));
  Microseconds fraction{0};
  if (in.one_of(".") && !read_fraction(in, fraction)) return fail(not_a_time(text));
  minutes offset{0};
  if (!read_offset(in, offset) || !in.done()) return fail(not_a_time(text));
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year < 1970) return fail(not_a_time(text));
  return Time{sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + fraction - offset};
}

}  // namespace claviger
