// A PostgreSQL server for tests: started with the first test, stopped with the process.
#pragma once

#include "store_test.h"

namespace claviger::store {

/// Each "database" is a schema of its own. Without PostgreSQL 15 on this machine every test fails.
TestBackend& postgresql_for_tests();

/// Cuts every connection to the server, as its restart would.
void cut_connections_to_postgresql();

}  // namespace claviger::store
