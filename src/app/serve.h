// `claviger serve`: the server, with the agent of its own host built in.
#pragma once

#include "config.h"

namespace claviger::app {

/// Runs until SIGTERM or SIGINT. Returns the process's exit code: 0 after an orderly end, 1 with a
/// sentence on standard error if it could not start or had to stop.
int serve(const Config& config);

}  // namespace claviger::app
