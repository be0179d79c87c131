// SQLite files for tests, in a folder that goes with the process.
#pragma once

#include "store_test.h"

namespace claviger::store {

TestBackend& sqlite_for_tests();

}  // namespace claviger::store
