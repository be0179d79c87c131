// A prepared statement, bound once and executed again and again.
//
// SOCI takes the addresses of what it reads from and writes to when it binds, and allocates while
// it does so. Hence the places for values belong to the statement, and values are copied into them.
#pragma once

#include "dialect.h"
#include "row.h"
#include "value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <soci/soci.h>

namespace claviger::store {

/// Belongs to one session and dies before it. Every function throws soci::soci_error.
class Statement {
 public:
  /// Prepares `sql`. `binds` tell the names and types of its places; values do not matter yet.
  Statement(soci::session& session, const Dialect& dialect, std::string_view sql,
            const Binds& binds);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Executes with these values, whose names and types are those of the first time. Returns true if
  /// there is a row to read.
  bool execute(const Binds& binds);

  /// Goes to the next row; false if there is none.
  bool fetch() { return statement_.fetch(); }

  /// The row that execute() or fetch() has come to.
  [[nodiscard]] Row row();

  /// How many rows were written.
  [[nodiscard]] std::int64_t affected_rows() { return statement_.get_affected_rows(); }

  /// To be called after the last row that was wanted.
  void release() { dialect_.release(statement_); }

 private:
  struct Input {
    std::string name;
    Value::Type type;
    std::string text;
    long long number = 0;  ///< SOCI knows this type and not std::int64_t
    soci::indicator indicator = soci::i_ok;
  };

  struct Output {
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };

  void assign(const Binds& binds);

  const Dialect& dialect_;
  std::vector<Input> inputs_;    ///< never resized once bound
  std::vector<Output> outputs_;  ///< never resized once bound
  std::vector<Column> columns_;
  soci::statement statement_;
};

}  // namespace claviger::store
