#include "claviger/core/interval.h"

#include <string>

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Time moment(const char* text) {
  return parse_rfc3339(text).value();
}

Interval interval(std::string_view text) {
  return parse_interval(text).value();
}

TEST(Interval, IsNumbersWithUnitsInDescendingOrder) {
  EXPECT_EQ(interval("30d"), (Interval{0, hours{24 * 30}}));
  EXPECT_EQ(interval("1y 6m"), (Interval{18, {}}));
  EXPECT_EQ(interval("1y6m"), (Interval{18, {}}));
  EXPECT_EQ(interval("12h"), (Interval{0, hours{12}}));
  EXPECT_EQ(interval("1d 2h 3min 4s"),
            (Interval{0, hours{26} + minutes{3} + std::chrono::seconds{4}}));
  EXPECT_EQ(interval("100y"), (Interval{1200, {}}));
}

TEST(Interval, IsWrittenAsItIsRead) {
  for (const char* text : {"30d", "1y 6m", "90d 12h", "1y 1m 1d 1h 1min 1s", "100y"})
    EXPECT_EQ(to_string(interval(text)), text);
  EXPECT_EQ(to_string(interval("P18M")), "1y 6m");
  EXPECT_EQ(to_string(interval("90min")), "1h 30min");
}

TEST(Interval, MIsMonthsAndMinIsMinutes) {
  EXPECT_EQ(interval("2m"), (Interval{2, {}}));
  EXPECT_EQ(interval("2min"), (Interval{0, minutes{2}}));
  EXPECT_EQ(interval("P2M"), (Interval{2, {}}));
  EXPECT_EQ(interval("PT2M"), (Interval{0, minutes{2}}));
}

TEST(Interval, MayHaveTheFormOfIso8601) {
  EXPECT_EQ(interval("P30D"), (Interval{0, hours{24 * 30}}));
  EXPECT_EQ(interval("P1Y2M3W4DT5H6M7S"),
            (Interval{14, hours{24 * 25 + 5} + minutes{6} + std::chrono::seconds{7}}));
}

TEST(Interval, EverythingElseIsRefusedWithTheForm) {
  for (const std::string wrong : {"",
                                  " ",
                                  "30",
                                  "d",
                                  "0d",
                                  "-1d",
                                  "+1d",
                                  "1.5d",
                                  "1d 1y",
                                  "1d 1d",
                                  "101y",
                                  "1201m",
                                  "36526d",
                                  "1D",
                                  "1 d",
                                  "P",
                                  "PT",
                                  "P1H",
                                  "PT1D",
                                  "p30d",
                                  "P30d",
                                  "1e3d",
                                  "30d;",
                                  "１d",
                                  "99999999999999999999d",
                                  "2147483647s 2147483647min",
                                  "P100Y1M",
                                  "100y 1m",
                                  "P1DT",
                                  "P 1D"}) {
    const auto read = parse_interval(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().code(), ErrorCode::kInvalidInput);
    EXPECT_NE(read.error().public_text().str().find("write it like 30d"), std::string::npos);
  }
}

TEST(Interval, AMonthEndsWhereItsDaysEnd) {
  EXPECT_EQ(after(moment("2026-01-31T10:00:00Z"), interval("1m")), moment("2026-02-28T10:00:00Z"));
  EXPECT_EQ(after(moment("2028-01-31T10:00:00Z"), interval("1m")), moment("2028-02-29T10:00:00Z"));
  EXPECT_EQ(after(moment("2028-02-29T23:59:59Z"), interval("1y")), moment("2029-02-28T23:59:59Z"));
  EXPECT_EQ(after(moment("2026-12-31T00:00:00Z"), interval("2m 1d")),
            moment("2027-03-01T00:00:00Z"));
}

TEST(Interval, ADayIsTwentyFourHours) {
  EXPECT_EQ(after(moment("2026-03-29T00:30:00Z"), interval("1d")), moment("2026-03-30T00:30:00Z"));
  EXPECT_EQ(after(kStartOfTime, interval("1s")), kStartOfTime + std::chrono::seconds{1});
}

}  // namespace
}  // namespace claviger::core
