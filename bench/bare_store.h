// The floor under issuing keys: a bare loop over SQLite's own API that writes the rows which the
// server wrote, into a database of the same tables and indexes, without triggers.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "claviger/base/result.h"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

namespace claviger::bench {

namespace detail {

struct SqliteFree {
  void operator()(sqlite3* database) const;
  void operator()(sqlite3_stmt* statement) const;
  void operator()(sqlite3_value* value) const;
};

}  // namespace detail

using SqliteDatabase = std::unique_ptr<sqlite3, detail::SqliteFree>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, detail::SqliteFree>;
using SqliteRow = std::vector<std::unique_ptr<sqlite3_value, detail::SqliteFree>>;

/// What the server has and the bare database lacks, of one table.
struct NewRows {
  std::string table;
  std::vector<SqliteRow> rows;
};

class BareStore {
 public:
  /// Makes the database `path` beside that of the server, which may be running: as durable
  /// (WAL, synchronous=FULL), with the same content. Errors: kUnavailable.
  static Result<BareStore> create(const std::string& server_path, const std::string& path);

  /// Reads into memory what the server has written since the last write_in_groups().
  Result<std::vector<NewRows>> read_new_rows();

  /// Writes the rows in `groups` transactions of equal size. Returns the seconds that it took.
  Result<double> write_in_groups(const std::vector<NewRows>& tables, std::size_t groups);

 private:
  struct Table {
    std::string name;
    std::string columns;  ///< "id, name"
    std::string order;    ///< a clause that puts rows in the order in which they were made
    SqliteStatement insert;
  };

  Result<void> copy_schema();
  Result<void> prepare_tables();
  Result<void> write_part(const Table& table, const NewRows& rows, std::size_t begin,
                          std::size_t end);

  SqliteDatabase server_;  ///< read only; the bare one is attached to it as "bare"
  SqliteDatabase bare_;
  std::vector<Table> tables_;
};

}  // namespace claviger::bench
