#include "csv.h"

#include <string_view>

namespace claviger::cli {

std::string csv_cell(const std::string& text) {
  constexpr std::string_view kFormulaStarts = "=+-@\t\r";
  std::string cell = text;
  if (!cell.empty() && kFormulaStarts.find(cell.front()) != std::string_view::npos)
    cell.insert(cell.begin(), '\'');
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void write_csv_line(std::ostream& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << csv_cell(cells[i]);
  out << '\n';
}

}  // namespace claviger::cli
