// What the commands on the audit share.
#pragma once

#include "filters.h"

#include <memory>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::vector<Filter> audit_filters();

[[nodiscard]] std::unique_ptr<Command> audit_export_command();

}  // namespace claviger::cli
