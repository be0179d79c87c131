// What a command finds around it: streams, variables, a terminal, a clock. A test brings its own.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/base/time.h"

namespace claviger::cli {

struct Environment {
  std::istream& in;
  std::ostream& out;  ///< data, and nothing else
  std::ostream& err;  ///< everything else
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::size_t columns = 80;  ///< of the terminal at `out`
  /// An environment variable; one that is empty counts as not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  /// One line from the terminal at `in`, which shows nothing of it. kMalformedRequest at its end.
  std::function<Result<Secret>()> read_hidden_line;
  const Clock& clock;
};

/// This process's own. `clock` outlives it.
[[nodiscard]] Environment process_environment(const Clock& clock);

}  // namespace claviger::cli
