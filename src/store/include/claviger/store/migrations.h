// The schema, in numbered steps that are part of the program (src/store/migrations/).
#pragma once

#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/store/database.h"

namespace claviger::store {

/// One step: "0001_initial".
struct Migration {
  int number = 0;
  std::string name;
  std::string checksum;  ///< SHA-256 of its text, in hexadecimal
};

/// The steps that Database::open() would apply to this database, in order. Changes nothing, and
/// creates nothing. Errors: as Database::open().
[[nodiscard]] Result<std::vector<Migration>> plan_migrations(const DatabaseSettings& settings);

}  // namespace claviger::store
