// Brings a database to the schema of this program.
//
// A migration is one file, migrations/NNNN_name.sql, portable SQL but for marked sections:
//
//   -- only: sqlite | postgresql        the lines from here on are for that database alone …
//   -- end                              … to here
#pragma once

#include "connection.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/store/migrations.h"

namespace claviger::store {

/// A file of migrations/, as it was built in.
struct MigrationText {
  int number = 0;
  std::string_view name;  ///< "initial"
  std::string_view text;
};

/// All of them, by number from 1 on without a gap. Generated from migrations/ by the build.
[[nodiscard]] std::span<const MigrationText> built_in_migrations();

/// The part of a migration that is for the dialect of that name.
[[nodiscard]] std::string script_for(std::string_view text, std::string_view dialect);

/// What is missing in the database. Errors: kConflict if the database has a migration that this
/// program does not know, or one whose text was another.
Result<std::vector<MigrationText>> missing_migrations(Connection& connection,
                                                      std::span<const MigrationText> known);

/// Applies what is missing, each in a transaction of its own, while no other server can. Errors: as
/// above, and those of the database.
Result<void> apply_migrations(Connection& connection, std::span<const MigrationText> known,
                              Time now);

}  // namespace claviger::store
