// CSV (RFC 4180, with line feeds) that a spreadsheet takes for text.
#pragma once

#include <string>
#include <vector>

namespace claviger {

/// One cell: quoted where it has to be; a text that a spreadsheet would compute (it begins with
/// `=`, `+`, `-`, `@` or a tab) gets a `'` in front (OWASP, "CSV Injection";
/// docs/threats.md, S09).
[[nodiscard]] std::string csv_cell(const std::string& text);

/// The cells with commas between them, and the line's end.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace claviger
