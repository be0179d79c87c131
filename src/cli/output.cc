#include "output.h"

#include "columns.h"
#include "json_field.h"
#include "printable.h"
#include "table.h"
#include "yaml_text.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "claviger/base/csv.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kFormatNames = {"table", "wide", "json",
                                                          "yaml",  "csv",  "name"};

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

std::string name_of(const json& object) {
  const json* id = find_field(object, "id");
  return id == nullptr ? std::string() : plain_text(*id);
}

std::vector<std::string> cells_of(const std::vector<ShownColumn>& columns, const json& object) {
  std::vector<std::string> cells;
  cells.reserve(columns.size());
  for (const ShownColumn& column : columns) cells.push_back(cell_text(column, object));
  return cells;
}

/// CSV's columns are the wide table's, under their names in JSON, with nothing where nothing is;
/// its readers are programs, and get times and booleans as JSON has them.
std::vector<ShownColumn> csv_columns(const View& view, const OutputOptions& options) {
  std::vector<ShownColumn> columns = shown_columns(view, options, Shown::kWide);
  for (ShownColumn& column : columns) {
    column.title = column.field;
    column.absent.clear();
    if (column.look == Look::kTime) column.look = Look::kExact;
  }
  return columns;
}

class TableWriter final : public ListWriter {
 public:
  TableWriter(std::ostream& out, OutputOptions options, const View& view)
      : out_(out),
        options_(std::move(options)),
        columns_(shown_columns(view, options_,
                               options_.format == Format::kWide ? Shown::kWide : Shown::kAlways)) {}

  void add(const json& item) override { rows_.push_back(cells_of(columns_, item)); }

  void finish() override {
    std::vector<TableColumn> columns;
    for (const ShownColumn& column : columns_)
      columns.push_back({.title = column.title, .look = column.look});
    write_table(out_, options_, columns, rows_);
  }

 private:
  std::ostream& out_;
  OutputOptions options_;
  std::vector<ShownColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

class JsonWriter final : public ListWriter {
 public:
  JsonWriter(std::ostream& out, OutputOptions options) : out_(out), options_(std::move(options)) {}

  void add(const json& item) override {
    out_ << (is_empty_ ? "[\n" : ",\n") << indented(json_text(selected(item, options_)));
    is_empty_ = false;
  }

  void finish() override { out_ << (is_empty_ ? "[]\n" : "\n]\n"); }

 private:
  std::ostream& out_;
  OutputOptions options_;
  bool is_empty_ = true;
};

class YamlWriter final : public ListWriter {
 public:
  YamlWriter(std::ostream& out, OutputOptions options) : out_(out), options_(std::move(options)) {}

  void add(const json& item) override {
    out_ << yaml_text(json::array({selected(item, options_)})) << '\n';
    is_empty_ = false;
  }

  void finish() override {
    if (is_empty_) out_ << "[]\n";
  }

 private:
  std::ostream& out_;
  OutputOptions options_;
  bool is_empty_ = true;
};

class CsvWriter final : public ListWriter {
 public:
  CsvWriter(std::ostream& out, const OutputOptions& options, const View& view)
      : out_(out),
        columns_(csv_columns(view, options)),
        owes_titles_(options.titles == Titles::kShown) {}

  void add(const json& item) override {
    write_titles();
    std::vector<std::string> cells = cells_of(columns_, item);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const json* value = find_field(item, columns_[i].field);
      if (value != nullptr && value->is_boolean()) cells[i] = value->dump();
    }
    out_ << csv_line(cells);
  }

  void finish() override { write_titles(); }

 private:
  void write_titles() {
    if (!std::exchange(owes_titles_, false)) return;
    std::vector<std::string> titles;
    for (const ShownColumn& column : columns_) titles.push_back(column.title);
    out_ << csv_line(titles);
  }

  std::ostream& out_;
  std::vector<ShownColumn> columns_;
  bool owes_titles_;
};

class NameWriter final : public ListWriter {
 public:
  explicit NameWriter(std::ostream& out) : out_(out) {}

  void add(const json& item) override { out_ << name_of(item) << '\n'; }

  void finish() override {}

 private:
  std::ostream& out_;
};

/// A record for people: one line a field, its title in front. Fields without a value, and without
/// anything to say about that, are left out, unless the user named them.
void write_lines(std::ostream& out, const OutputOptions& options, const View& view,
                 const json& object) {
  OutputOptions untitled = options;
  untitled.titles = Titles::kHidden;
  untitled.width.reset();
  std::vector<std::vector<std::string>> rows;
  for (const ShownColumn& column : shown_columns(view, options, Shown::kRecord)) {
    std::string text = cell_text(column, object);
    const bool is_missing = find_field(object, column.field) == nullptr || text == kAbsent;
    if (options.fields.empty() && is_missing) continue;
    if (column.look == Look::kStatus) text = options.paint(Paint::of_status(text), text);
    rows.push_back({column.title, std::move(text)});
  }
  write_table(out, untitled,
              {{.title = {}, .look = Look::kExact}, {.title = {}, .look = Look::kExact}}, rows);
}

}  // namespace

std::optional<Format> parse_format(std::string_view text) {
  for (std::size_t i = 0; i < kFormatNames.size(); ++i) {
    if (kFormatNames[i] == text) return static_cast<Format>(i);
  }
  return std::nullopt;
}

std::vector<std::string> format_names() {
  return {kFormatNames.begin(), kFormatNames.end()};
}

void write_record(std::ostream& out, const OutputOptions& options, const View& view,
                  const json& object) {
  switch (options.format) {
    case Format::kTable:
    case Format::kWide:
      write_lines(out, options, view, object);
      return;
    case Format::kJson:
      out << json_text(selected(object, options)) << '\n';
      return;
    case Format::kYaml:
      out << yaml_text(selected(object, options)) << '\n';
      return;
    case Format::kCsv:
    case Format::kName: {
      const auto writer = make_list_writer(out, options, view);
      writer->add(object);
      writer->finish();
      return;
    }
  }
}

std::unique_ptr<ListWriter> make_list_writer(std::ostream& out, OutputOptions options,
                                             const View& view) {
  switch (options.format) {
    case Format::kTable:
    case Format::kWide:
      return std::make_unique<TableWriter>(out, std::move(options), view);
    case Format::kJson:
      return std::make_unique<JsonWriter>(out, std::move(options));
    case Format::kYaml:
      return std::make_unique<YamlWriter>(out, std::move(options));
    case Format::kCsv:
      return std::make_unique<CsvWriter>(out, options, view);
    case Format::kName:
      break;
  }
  return std::make_unique<NameWriter>(out);
}

}  // namespace claviger::cli
