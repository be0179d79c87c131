#include "claviger/base/csv.h"

#include <string_view>

namespace claviger {

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

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_cell(cells[i]);
  }
  return line + '\n';
}

}  // namespace claviger
