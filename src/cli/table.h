// Columns of text, two spaces apart.
#pragma once

#include "output.h"
#include "paint.h"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace claviger::cli {

struct TableColumn {
  std::string title;
  Look look;
};

/// Writes `rows`, each with one printable text per column. Where the lines are longer than
/// `options.width`, the widest columns that may be shortened are; ids, times and statuses never.
void write_table(std::ostream& out, const OutputOptions& options,
                 const std::vector<TableColumn>& columns,
                 const std::vector<std::vector<std::string>>& rows);

}  // namespace claviger::cli
