// CSV of the user's (RFC 4180), read whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::cli {

/// The rows, each with the texts of its cells; lines without any text are left out. kInvalidInput,
/// with the line, for a quote that is not closed or stands inside a cell; no cell is repeated, as
/// it may be a secret.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> read_csv(std::string_view text);

}  // namespace claviger::cli
