#include "bench/bare_store.h"

#include <chrono>

#include <fmt/format.h>
#include <sqlite3.h>

namespace claviger::bench {

void detail::SqliteFree::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

void detail::SqliteFree::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void detail::SqliteFree::operator()(sqlite3_value* value) const {
  sqlite3_value_free(value);
}

namespace {

tl::unexpected<Error> fault_of(sqlite3* database, std::string_view what) {
  return fail(
      Error::unavailable(fmt::format("SQLite cannot {}: {}", what, sqlite3_errmsg(database))));
}

Result<SqliteDatabase> open(const std::string& path, int flags) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  SqliteDatabase opened(database);
  if (code != SQLITE_OK) return fault_of(database, "open " + path);
  sqlite3_busy_timeout(database, 10'000);
  return opened;
}

Result<void> execute(const SqliteDatabase& database, const std::string& sql) {
  if (sqlite3_exec(database.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fault_of(database.get(), "do: " + sql);
}

Result<SqliteStatement> prepare(const SqliteDatabase& database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return fault_of(database.get(), "prepare: " + sql);
  return SqliteStatement(statement);
}

/// All rows of a query.
Result<std::vector<SqliteRow>> rows_of(const SqliteDatabase& database, const std::string& sql) {
  const SqliteStatement statement = TRY(prepare(database, sql));
  std::vector<SqliteRow> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    SqliteRow& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
      row.emplace_back(sqlite3_value_dup(sqlite3_column_value(statement.get(), i)));
  }
  if (code != SQLITE_DONE) return fault_of(database.get(), "do: " + sql);
  return rows;
}

std::string text_of(const SqliteRow& row, std::size_t column) {
  return reinterpret_cast<const char*>(sqlite3_value_text(row[column].get()));
}

}  // namespace

Result<BareStore> BareStore::create(const std::string& server_path, const std::string& path) {
  BareStore store;
  store.bare_ = TRY(open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  TRY(execute(store.bare_, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
  store.server_ = TRY(open(server_path, SQLITE_OPEN_READWRITE));
  TRY(execute(store.server_, fmt::format("PRAGMA query_only = 1; ATTACH '{}' AS bare", path)));
  TRY(store.copy_schema());
  TRY(store.prepare_tables());
  TRY(store.write_in_groups(TRY(store.read_new_rows()), 1));
  return store;
}

Result<void> BareStore::copy_schema() {
  const std::string sql =
      "SELECT sql FROM main.sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL "
      "AND name NOT LIKE 'sqlite%' ORDER BY type DESC";
  for (const SqliteRow& row : TRY(rows_of(server_, sql))) TRY(execute(bare_, text_of(row, 0)));
  return {};
}

Result<void> BareStore::prepare_tables() {
  const std::string sql =
      "SELECT s.name, group_concat(c.name, ', '), group_concat('?', ', '), "
      "coalesce(' ORDER BY ' || max(iif(c.name IN ('version', 'sequence'), c.name, NULL)), '') "
      "FROM sqlite_schema AS s, pragma_table_info(s.name) AS c "
      "WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%' GROUP BY s.name";
  for (const SqliteRow& row : TRY(rows_of(bare_, sql))) {
    Table table{.name = text_of(row, 0),
                .columns = text_of(row, 1),
                .order = text_of(row, 3),
                .insert = {}};
    table.insert = TRY(prepare(bare_, fmt::format("INSERT OR REPLACE INTO {} ({}) VALUES ({})",
                                                  table.name, table.columns, text_of(row, 2))));
    tables_.push_back(std::move(table));
  }
  return {};
}

Result<std::vector<NewRows>> BareStore::read_new_rows() {
  std::vector<NewRows> all;
  for (const Table& table : tables_) {
    const std::string sql =
        fmt::format("SELECT {1} FROM main.{0} EXCEPT SELECT {1} FROM bare.{0}{2}", table.name,
                    table.columns, table.order);
    all.push_back({.table = table.name, .rows = TRY(rows_of(server_, sql))});
  }
  return all;
}

Result<double> BareStore::write_in_groups(const std::vector<NewRows>& tables, std::size_t groups) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t group = 0; group < groups; ++group) {
    TRY(execute(bare_, "BEGIN IMMEDIATE"));
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const std::size_t count = tables[i].rows.size();
      TRY(write_part(tables_[i], tables[i], count * group / groups, count * (group + 1) / groups));
    }
    TRY(execute(bare_, "COMMIT"));
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Result<void> BareStore::write_part(const Table& table, const NewRows& rows, std::size_t begin,
                                   std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    int place = 0;
    for (const auto& value : rows.rows[i])
      sqlite3_bind_value(table.insert.get(), ++place, value.get());
    if (sqlite3_step(table.insert.get()) != SQLITE_DONE)
      return fault_of(bare_.get(), "write into " + table.name);
    sqlite3_reset(table.insert.get());
  }
  return {};
}

}  // namespace claviger::bench
