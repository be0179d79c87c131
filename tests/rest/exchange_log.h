// What the tests, the command line and the server have said to each other, for the tests that hold
// it against the API description (conformance.py, cli_conformance.py).
#pragma once

#include "support/http_client.h"

#include <string>
#include <vector>

namespace claviger::test {

// Each adds a line to a file that the environment names, and does nothing where it names none. The
// first line of a process begins the file anew. It holds every secret that the tests use, and is
// its owner's alone to read.

/// In the file CLAVIGER_EXCHANGES.
void log_exchange(const HttpRequest& request, const HttpResponse& response);

/// In the file CLAVIGER_COMMANDS: a command that printed JSON. `request` is what --print-request
/// says of it.
void log_command(const std::vector<std::string>& words, const std::string& request,
                 const std::string& output);

}  // namespace claviger::test
