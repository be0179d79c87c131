#include "table.h"

#include "printable.h"

#include <algorithm>
#include <numeric>

namespace claviger::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 8;  // below it, a shortened text says nothing

std::vector<std::size_t> natural_widths(const std::vector<TableColumn>& columns,
                                        const std::vector<std::vector<std::string>>& rows,
                                        Titles titles) {
  std::vector<std::size_t> widths(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (titles == Titles::kShown) widths[i] = display_width(columns[i].title);
    for (const auto& row : rows) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  return widths;
}

void narrow(std::vector<std::size_t>& widths, const std::vector<TableColumn>& columns,
            std::size_t most) {
  const std::size_t gaps = kGap * (columns.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > most) {
    std::size_t widest = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].look != Look::kText || widths[i] <= kLeastWidth) continue;
      if (widest == columns.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns.size()) return;
    --widths[widest];
  }
}

}  // namespace

void write_table(std::ostream& out, const OutputOptions& options,
                 const std::vector<TableColumn>& columns,
                 const std::vector<std::vector<std::string>>& rows) {
  if (columns.empty()) return;
  std::vector<std::size_t> widths = natural_widths(columns, rows, options.titles);
  if (options.width) narrow(widths, columns, *options.width);
  const auto write_line = [&](const auto& text_of, const auto& color_of) {
    std::string line;
    std::size_t owed = 0;  // spaces that only stand where something follows
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string text = shortened(text_of(i), widths[i]);
      if (!text.empty()) {
        line.append(owed, ' ') += options.paint(color_of(i), text);
        owed = 0;
      }
      owed += widths[i] - display_width(text) + kGap;
    }
    out << line << '\n';
  };
  if (options.titles == Titles::kShown)
    write_line([&](std::size_t i) { return columns[i].title; },
               [](std::size_t) { return Paint::Color::kBold; });
  for (const auto& row : rows)
    write_line([&](std::size_t i) { return row[i]; },
               [&](std::size_t i) {
                 return columns[i].look == Look::kStatus ? Paint::of_status(row[i])
                                                         : Paint::Color::kPlain;
               });
}

}  // namespace claviger::cli
