// Intervals of time as users write them: "30d", "1y 6m", "12h", "P30D".
#pragma once

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::core {

/// A span of the calendar (months, of which a year has twelve) and of the clock.
struct Interval {
  int months = 0;
  Microseconds rest{0};

  bool operator==(const Interval&) const = default;
};

/// Reads one or more numbers, each with a unit, in descending order: y, m (months!), d, h, min, s;
/// or the form of ISO 8601 (P1Y6M, PT90M). At most 100 years, and more than nothing.
/// Errors: kInvalidInput with a sentence that shows the form.
[[nodiscard]] Result<Interval> parse_interval(std::string_view text);

/// In the form that parse_interval() reads, each unit as far as it goes: "1y 6m", "30d".
[[nodiscard]] std::string to_string(const Interval& interval);

/// The moment that lies `interval` after `start`. A day that its month does not have becomes the
/// month's last (31 January + 1 month = 28 or 29 February).
[[nodiscard]] Time after(Time start, const Interval& interval);

}  // namespace claviger::core
