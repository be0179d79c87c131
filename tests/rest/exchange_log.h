// What the tests and the server have said to each other, for the test that holds it against the API
// description (conformance.py).
#pragma once

#include "support/http_client.h"

namespace claviger::test {

/// Adds a line to the file that the environment names as CLAVIGER_EXCHANGES; does nothing where it
/// names none. The first line of a process begins the file anew. It holds every secret that the
/// tests use, and is its owner's alone to read.
void log_exchange(const HttpRequest& request, const HttpResponse& response);

}  // namespace claviger::test
