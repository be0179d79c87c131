#include "output.h"

#include "printable.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "claviger/base/csv.h"

namespace claviger::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const View kView = {{.title = "ID", .field = "id", .look = Look::kExact},
                    {.title = "NAME", .field = "name"},
                    {.title = "STATUS", .field = "status", .look = Look::kStatus},
                    {.title = "OWNER", .field = "user.email", .shown = Shown::kWide},
                    {.title = "EXPIRES", .field = "expiresAt", .absent = "never"}};

const std::vector<json> kItems = {{{"id", "key_1"},
                                   {"name", "ci"},
                                   {"status", "active"},
                                   {"user", {{"email", "ann@example.com"}}},
                                   {"expiresAt", nullptr}},
                                  {{"id", "key_22"},
                                   {"name", "=SUM(A1)"},
                                   {"status", "revoked"},
                                   {"expiresAt", "2026-12-31T00:00:00Z"}}};

std::string list(const OutputOptions& options, const std::vector<json>& items = kItems) {
  std::ostringstream out;
  const auto writer = make_list_writer(out, options, kView);
  for (const json& item : items) writer->add(item);
  writer->finish();
  return out.str();
}

std::string record(const OutputOptions& options, const json& object) {
  std::ostringstream out;
  write_record(out, options, kView, object);
  return out.str();
}

TEST(Table, AlignsItsColumnsAndLeavesNoSpaceAtTheEnd) {
  EXPECT_EQ(list({.format = Format::kTable}),
            "ID      NAME      STATUS   EXPIRES\n"
            "key_1   ci        active   never\n"
            "key_22  =SUM(A1)  revoked  2026-12-31T00:00:00Z\n");
}

TEST(Table, WideShowsMore) {
  EXPECT_EQ(list({.format = Format::kWide, .titles = Titles::kHidden}),
            "key_1   ci        active   ann@example.com  never\n"
            "key_22  =SUM(A1)  revoked  -                2026-12-31T00:00:00Z\n");
}

TEST(Table, AnEmptyListHasTitlesAlone) {
  EXPECT_EQ(list({.format = Format::kTable}, {}), "ID  NAME  STATUS  EXPIRES\n");
}

TEST(Table, IsNeverShortenedWithoutATerminal) {
  const std::string name(300, 'x');
  EXPECT_THAT(list({.format = Format::kTable}, {{{"id", "key_1"}, {"name", name}}}),
              HasSubstr(name));
}

TEST(Table, IsShortenedToATerminalButForIdsAndStatuses) {
  const json item = {{"id", "key_01kat0q6p2e7w8m9xr3v5bn4cd"},
                     {"name", std::string(300, 'x')},
                     {"status", "active"}};
  const std::string text =
      list({.format = Format::kTable, .titles = Titles::kHidden, .width = 60}, {item});
  EXPECT_THAT(text, HasSubstr("key_01kat0q6p2e7w8m9xr3v5bn4cd"));
  EXPECT_THAT(text, HasSubstr("…"));
  EXPECT_LE(display_width(text), 61U);
}

TEST(Table, ColoursStatusesWhereColourIsWanted) {
  EXPECT_THAT(list({.format = Format::kTable, .paint = Paint::colored()}),
              AllOf(HasSubstr("\x1b[32mactive\x1b[0m"), HasSubstr("\x1b[31mrevoked\x1b[0m")));
  EXPECT_THAT(list({.format = Format::kTable}), Not(HasSubstr("\x1b")));
}

TEST(Table, FieldsChooseTheColumnsInTheirOrder) {
  EXPECT_EQ(list({.format = Format::kTable, .fields = {"status", "user.email", "unheardOf"}}),
            "STATUS   OWNER            UNHEARDOF\n"
            "active   ann@example.com  -\n"
            "revoked  -                -\n");
}

TEST(Json, AListIsAnArrayOfTheItemsAsTheyAre) {
  EXPECT_EQ(json::parse(list({.format = Format::kJson})), json(kItems));
  EXPECT_EQ(list({.format = Format::kJson}, {}), "[]\n");
}

TEST(Json, EachItemIsWrittenWhenItComes) {
  std::ostringstream out;
  const auto writer = make_list_writer(out, {.format = Format::kJson}, kView);
  EXPECT_EQ(out.str(), "");
  writer->add(kItems[0]);
  EXPECT_THAT(out.str(), HasSubstr("key_1"));
}

TEST(Json, FieldsAreKeptUnderTheirNames) {
  EXPECT_EQ(
      json::parse(record({.format = Format::kJson, .fields = {"id", "user.email"}}, kItems[0])),
      json({{"id", "key_1"}, {"user.email", "ann@example.com"}}));
}

TEST(Yaml, SaysTheSameAsJson) {
  const json odd = {{"a", "true"},           {"b", "12"},   {"c", ""},    {"d", json::array()},
                    {"e", "x: y #z"},        {"f", 12},     {"g", true},  {"h", nullptr},
                    {"i", "line\nbreak"},    {"no", "yes"}, {"k", "0x1"}, {"l", json::object()},
                    {"m", {1, {{"n", "~"}}}}};
  const YAML::Node node = YAML::Load(record({.format = Format::kYaml}, odd));
  EXPECT_EQ(node["a"].Tag(), "!");  // a text, because it is quoted
  EXPECT_EQ(node["a"].as<std::string>(), "true");
  EXPECT_EQ(node["b"].Tag(), "!");
  EXPECT_EQ(node["c"].as<std::string>(), "");
  EXPECT_EQ(node["d"].size(), 0U);
  EXPECT_EQ(node["e"].as<std::string>(), "x: y #z");
  EXPECT_EQ(node["f"].Tag(), "?");
  EXPECT_EQ(node["f"].as<int>(), 12);
  EXPECT_TRUE(node["g"].as<bool>());
  EXPECT_TRUE(node["h"].IsNull());
  EXPECT_EQ(node["i"].as<std::string>(), "line\nbreak");
  EXPECT_EQ(node["no"].as<std::string>(), "yes");
  EXPECT_EQ(node["k"].Tag(), "!");
  EXPECT_EQ(node["m"][1]["n"].as<std::string>(), "~");
}

TEST(Yaml, AListIsOneSequence) {
  const YAML::Node node = YAML::Load(list({.format = Format::kYaml}));
  ASSERT_EQ(node.size(), 2U);
  EXPECT_EQ(node[1]["id"].as<std::string>(), "key_22");
  EXPECT_EQ(list({.format = Format::kYaml}, {}), "[]\n");
}

TEST(Csv, HasTheWideColumnsUnderTheirNamesInJson) {
  EXPECT_EQ(list({.format = Format::kCsv}),
            "id,name,status,user.email,expiresAt\n"
            "key_1,ci,active,ann@example.com,\n"
            "key_22,'=SUM(A1),revoked,,2026-12-31T00:00:00Z\n");
  EXPECT_EQ(list({.format = Format::kCsv, .titles = Titles::kHidden}, {}), "");
}

TEST(Csv, NoCellBeginsLikeAFormula) {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r"})
    EXPECT_EQ(csv_cell(start + "1").find('\''), csv_cell(start + "1").front() == '"' ? 1U : 0U)
        << testing::PrintToString(start);
  EXPECT_EQ(csv_cell("a=1"), "a=1");
}

TEST(Csv, QuotesWhatWouldBreakALine) {
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell("=a,b"), "\"'=a,b\"");
}

TEST(Output, PeopleSeeWholeSecondsAndProgramsTheExactTime) {
  const View view = {{.title = "AT", .field = "at", .look = Look::kTime},
                     {.title = "ON", .field = "on", .look = Look::kExact}};
  const json item = {{"at", "2026-11-22T18:45:54.123456Z"}, {"on", true}};
  const auto written = [&](Format format) {
    std::ostringstream out;
    write_record(out, {.format = format}, view, item);
    return out.str();
  };
  EXPECT_EQ(written(Format::kTable), "AT  2026-11-22T18:45:54Z\nON  yes\n");
  EXPECT_EQ(written(Format::kCsv), "at,on\n2026-11-22T18:45:54.123456Z,true\n");
}

TEST(Name, IsTheIdAlone) {
  EXPECT_EQ(list({.format = Format::kName}), "key_1\nkey_22\n");
  EXPECT_EQ(list({.format = Format::kName}, {}), "");
}

TEST(Record, IsALineForEachFieldThatHasSomethingToSay) {
  EXPECT_EQ(
      record({.format = Format::kTable}, {{"id", "key_1"}, {"name", ""}, {"expiresAt", nullptr}}),
      "ID       key_1\n"
      "EXPIRES  never\n");
  EXPECT_EQ(record({.format = Format::kTable}, kItems[1]),
            "ID       key_22\n"
            "NAME     =SUM(A1)\n"
            "STATUS   revoked\n"
            "EXPIRES  2026-12-31T00:00:00Z\n");
}

// ESC, a C1 control sequence introducer, a mark that turns the direction of writing, a line break,
// DEL, and a byte that is no UTF-8.
const std::string kHostile =
    "a\x1b[31mb\xC2\x9B"
    "c\xE2\x80\xAE"
    "d\ne\x7F"
    "f\xFF";

TEST(Printable, WritesOutWhatATerminalWouldObey) {
  EXPECT_EQ(printable(kHostile, LineBreaks::kEscaped), "a\\x1b[31mb\\x9bc\\u202ed\\ne\\x7ff\\xff");
  EXPECT_EQ(printable("Größe \xF0\x9F\x94\x91", LineBreaks::kEscaped), "Größe \xF0\x9F\x94\x91");
  EXPECT_EQ(printable("a\nb\tc\r", LineBreaks::kKept), "a\nb\tc\\r");
}

TEST(Printable, NoFormatLetsItThrough) {
  for (const Format format :
       {Format::kTable, Format::kWide, Format::kJson, Format::kYaml, Format::kCsv, Format::kName}) {
    const std::string text = list({.format = format}, {{{"id", kHostile}, {"name", kHostile}}});
    for (const std::string harmful : {"\x1b", "\xC2\x9B", "\xE2\x80\xAE", "\x7F"})
      EXPECT_THAT(text, Not(HasSubstr(harmful))) << static_cast<int>(format);
  }
}

TEST(Printable, JsonAndYamlKeepTheValue) {
  const std::string text =
      "a\x1b"
      "b\xC2\x9B"
      "c\xE2\x80\xAE"
      "d\xF3\xA0\x80\x81";
  EXPECT_EQ(json::parse(record({.format = Format::kJson}, {{"id", text}}))["id"], text);
  EXPECT_EQ(YAML::Load(record({.format = Format::kYaml}, {{"id", text}}))["id"].as<std::string>(),
            text);
}

}  // namespace
}  // namespace claviger::cli
