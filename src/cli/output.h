// Data on standard output: one object or a list, in the format that the user chose.
//
// What comes from the server is not trusted: in tables and CSV it is made printable, JSON escapes
// what a terminal would obey, and no cell of CSV begins like a formula.
#pragma once

#include "paint.h"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace claviger::cli {

enum class Format { kTable, kWide, kJson, kYaml, kCsv, kName };

[[nodiscard]] std::optional<Format> parse_format(std::string_view text);
[[nodiscard]] std::vector<std::string> format_names();

/// True for the formats that people read.
[[nodiscard]] constexpr bool is_for_people(Format format) {
  return format == Format::kTable || format == Format::kWide;
}

/// Where a column stands: everywhere; in wide tables, CSV and records; in records alone.
enum class Shown { kAlways, kWide, kRecord };

enum class Look {
  kText,    ///< may be shortened where a terminal is too narrow
  kExact,   ///< never shortened: an id, a number
  kTime,    ///< never shortened; tables leave out fractions of a second
  kStatus,  ///< never shortened, and coloured
};

/// What a table shows where a field has no value.
inline constexpr std::string_view kAbsent = "-";

/// One field of an object, as tables and CSV show it.
struct Column {
  std::string_view title;
  std::string_view field;  ///< its name in JSON; "user.email" is a field of a field
  Look look = Look::kText;
  Shown shown = Shown::kAlways;
  std::string_view absent = kAbsent;
  /// Makes the text, where the plain rules do not (text as it is, lists joined with ", ").
  std::string (*text)(const nlohmann::json& value) = nullptr;
};

/// How a kind of object is shown. The format `name` is its field "id".
using View = std::vector<Column>;

enum class Titles { kShown, kHidden };

struct OutputOptions {
  Format format = Format::kTable;
  std::vector<std::string> fields = {};  ///< only these, if there are any
  Titles titles = Titles::kShown;
  Paint paint = {};
  std::optional<std::size_t> width = {};  ///< of the terminal; nullopt: nothing is shortened
};

/// Writes one object.
void write_record(std::ostream& out, const OutputOptions& options, const View& view,
                  const nlohmann::json& object);

/// Writes a list, item by item: JSON, YAML, CSV and names at once, a table at its end.
class ListWriter {
 public:
  virtual ~ListWriter() = default;
  virtual void add(const nlohmann::json& item) = 0;
  virtual void finish() = 0;
};

/// `out` and `view` outlive the writer.
[[nodiscard]] std::unique_ptr<ListWriter> make_list_writer(std::ostream& out, OutputOptions options,
                                                           const View& view);

/// A value as a table shows it: text made printable, lists joined with ", ".
[[nodiscard]] std::string plain_text(const nlohmann::json& value);

/// JSON for people and programs alike: indented by two, harmless on a terminal.
[[nodiscard]] std::string json_text(const nlohmann::json& value);

}  // namespace claviger::cli
