// The help pages, made from the descriptions of the commands.
#pragma once

#include "command_table.h"
#include "paint.h"

#include <string>
#include <string_view>

namespace claviger::cli {

/// The page of `path`: all commands (""), those of a group ("key"), or one command with its
/// examples first.
[[nodiscard]] std::string help_page(const CommandTable& table, std::string_view path, Paint paint);

}  // namespace claviger::cli
