#include "csv_reader.h"

#include <fmt/format.h>

namespace claviger::cli {
namespace {

/// Goes through the text once, cell by cell.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  Result<std::vector<std::vector<std::string>>> read() {
    std::vector<std::vector<std::string>> rows;
    while (!is_at_end()) {
      std::vector<std::string> row = TRY(read_row());
      const bool is_blank = row.size() == 1 && row.front().empty();
      if (!is_blank) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Result<std::vector<std::string>> read_row() {
    std::vector<std::string> row;
    while (true) {
      row.push_back(TRY(read_cell()));
      if (is_at_end()) return row;
      const char end = text_[position_++];
      if (end == ',') continue;
      if (end == '\r' && !is_at_end() && text_[position_] == '\n') ++position_;
      ++line_;
      return row;
    }
  }

  /// Stops before the comma, the line's end or the end.
  Result<std::string> read_cell() {
    if (!is_at_end() && text_[position_] == '"') return read_quoted();
    const std::size_t end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
    std::string cell(text_.substr(position_, end - position_));
    position_ = end;
    if (cell.find('"') == std::string::npos) return cell;
    return fail(fault("a quote stands inside a cell that does not begin with one"));
  }

  Result<std::string> read_quoted() {
    const std::size_t first_line = line_;
    std::string cell;
    ++position_;
    while (!is_at_end()) {
      const char c = text_[position_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
        continue;
      }
      if (is_at_end() || text_[position_] != '"') return end_of_quoted(std::move(cell));
      cell += '"';
      ++position_;
    }
    line_ = first_line;
    return fail(fault("a quote is not closed"));
  }

  Result<std::string> end_of_quoted(std::string cell) const {
    if (is_at_end() || std::string_view(",\r\n").find(text_[position_]) != std::string_view::npos)
      return cell;
    return fail(fault("there is more behind the quote that closes a cell"));
  }

  [[nodiscard]] bool is_at_end() const { return position_ == text_.size(); }

  [[nodiscard]] Error fault(std::string_view what) const {
    return Error::refused(ErrorCode::kInvalidInput,
                          fmt::format("Line {} is no CSV: {}.", line_, what));
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<std::vector<std::string>>> read_csv(std::string_view text) {
  return CsvReader(text).read();
}

}  // namespace claviger::cli
