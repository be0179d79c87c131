// How arguments are written for people: in help pages and manual pages.
#pragma once

#include <string>

#include "claviger/cli/command.h"

namespace claviger::cli {

/// "-o, --output FORMAT".
[[nodiscard]] std::string spelled(const Argument& argument);

/// What it is for, and whether it is required or may be repeated.
[[nodiscard]] std::string explained(const Argument& argument);

/// "claviger key show ID [FLAGS]".
[[nodiscard]] std::string usage_line(const Description& description);

}  // namespace claviger::cli
