// Manual pages, made from the descriptions of the commands.
#pragma once

#include "command_table.h"

#include <string>
#include <string_view>

namespace claviger::cli {

/// The page of `path` in the macros of man(7), in ASCII: of the program (""), of a group ("key") or
/// of a command.
[[nodiscard]] std::string man_page(const CommandTable& table, std::string_view path);

/// "claviger-key-create": its name in the manual.
[[nodiscard]] std::string man_name(std::string_view path);

/// Every path that has a page, the program's own first.
[[nodiscard]] std::vector<std::string> man_paths(const CommandTable& table);

}  // namespace claviger::cli
