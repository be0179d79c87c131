#include "migrator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "claviger/base/digest.h"
#include "claviger/base/encoding.h"
#include "claviger/base/log.h"

namespace claviger::store {
namespace {

constexpr std::string_view kOnly = "-- only: ";
constexpr std::string_view kEnd = "-- end";

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

struct Applied {
  std::int64_t number;
  std::string name;
  std::string checksum;
};

std::string checksum_of(const MigrationText& migration) {
  return to_hex(sha256(migration.text));
}

Applied read_applied(Row& row) {
  const std::int64_t number = row.number();
  std::string name(row.text());
  return {number, std::move(name), std::string(row.text())};
}

Result<std::vector<Applied>> applied_migrations(Connection& connection) {
  const auto table = TRY(connection.select_one(connection.dialect().table_exists(),
                                               {{"name", "schema_migrations"}},
                                               [](Row& row) { return row.number(); }));
  if (!table) return std::vector<Applied>();
  return connection.select("SELECT number, name, checksum FROM schema_migrations ORDER BY number",
                           {}, read_applied);
}

Result<void> check(const Applied& applied, std::span<const MigrationText> known) {
  const auto same = std::find_if(known.begin(), known.end(), [&](const MigrationText& migration) {
    return migration.number == applied.number;
  });
  if (same == known.end())
    return fail(Error::refused(
        ErrorCode::kConflict,
        fmt::format("The database has been used by a newer program: it has migration {:04}_{}, and "
                    "this program knows migrations up to {:04}. Start the newer program.",
                    applied.number, applied.name, known.empty() ? 0 : known.back().number)));
  if (checksum_of(*same) != applied.checksum)
    return fail(Error::refused(
        ErrorCode::kConflict,
        fmt::format("Migration {:04}_{} was applied to this database with another text than this "
                    "program has: one of the two was changed by hand. Nothing was done.",
                    applied.number, applied.name)));
  return {};
}

Result<void> apply(Connection& connection, const MigrationText& migration, Time now) {
  TRY(connection.run_script(script_for(migration.text, connection.dialect().name())));
  TRY(
      connection.execute("INSERT INTO schema_migrations (number, name, checksum, applied_at) "
                         "VALUES (:number, :name, :checksum, :applied_at)",
                         {{"number", migration.number},
                          {"name", migration.name},
                          {"checksum", checksum_of(migration)},
                          {"applied_at", now}}));
  return {};
}

enum class Progress { kDone, kMoreToDo };

/// Inside a transaction: applies the first missing migration.
Result<Progress> apply_next(Connection& connection, std::span<const MigrationText> known,
                            Time now) {
  if (const auto lock = connection.dialect().lock_migrations(); !lock.empty())
    TRY(connection.run_script(lock));
  TRY(connection.execute(kCreateTable));
  const auto missing = TRY(missing_migrations(connection, known));
  if (missing.empty()) return Progress::kDone;
  TRY(apply(connection, missing.front(), now));
  log::info("a migration of the database was applied",
            {{"number", std::int64_t{missing.front().number}}, {"name", missing.front().name}});
  return Progress::kMoreToDo;
}

}  // namespace

std::string script_for(std::string_view text, std::string_view dialect) {
  std::string script;
  bool is_wanted = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (line.starts_with(kOnly))
      is_wanted = line.substr(kOnly.size(), dialect.size()) == dialect;
    else if (line.starts_with(kEnd))
      is_wanted = true;
    else if (is_wanted)
      script += line;
  }
  return script;
}

Result<std::vector<MigrationText>> missing_migrations(Connection& connection,
                                                      std::span<const MigrationText> known) {
  const auto applied = TRY(applied_migrations(connection));
  for (const Applied& migration : applied) TRY(check(migration, known));
  std::vector<MigrationText> missing;
  for (const MigrationText& migration : known) {
    const bool is_applied = std::any_of(applied.begin(), applied.end(), [&](const Applied& other) {
      return other.number == migration.number;
    });
    if (!is_applied) missing.push_back(migration);
  }
  return missing;
}

Result<void> apply_migrations(Connection& connection, std::span<const MigrationText> known,
                              Time now) {
  Progress progress = Progress::kMoreToDo;
  while (progress == Progress::kMoreToDo) {
    TRY(connection.execute(connection.dialect().begin_write()));
    Result<Progress> applied = apply_next(connection, known, now);
    if (!applied.has_value()) {
      static_cast<void>(connection.execute("ROLLBACK"));
      return fail(std::move(applied).error());
    }
    TRY(connection.execute("COMMIT"));
    progress = *applied;
  }
  connection.forget_failure();
  return {};
}

Result<std::vector<Migration>> plan_migrations(const DatabaseSettings& settings) {
  const auto dialect = TRY(make_dialect(settings));
  std::vector<MigrationText> missing(built_in_migrations().begin(), built_in_migrations().end());
  if (dialect->exists()) {
    const auto connection = TRY(Connection::open(*dialect, Access::kRead));
    missing = TRY(missing_migrations(*connection, built_in_migrations()));
  }
  std::vector<Migration> plan;
  for (const MigrationText& migration : missing)
    plan.push_back({migration.number, std::string(migration.name), checksum_of(migration)});
  return plan;
}

}  // namespace claviger::store
