// A connection with its prepared statements: what the repositories speak SQL through.
#pragma once

#include "dialect.h"
#include "row.h"
#include "statement.h"
#include "value.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::store {

/// What the caller is told if a statement breaks a constraint of the schema (kConflict).
struct Refusals {
  std::string_view unique = "Something of this name exists already.";
  std::string_view foreign_key = "Something that this refers to does not exist.";
};

/// Not thread-safe. No function throws.
class Connection {
 public:
  /// Errors: kUnavailable or kInternal; the text says why without any part of the URL, which holds
  /// a password.
  static Result<std::unique_ptr<Connection>> open(const Dialect& dialect, Access access);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Executes a statement without rows; returns how many rows it wrote. Errors: kConflict with the
  /// sentence of `refusals`; kInvalidInput for a text that is no UTF-8 or holds NUL; kUnavailable;
  /// kInternal. After an error, an operation cannot succeed any more: see has_failed().
  Result<std::int64_t> execute(std::string_view sql, const Binds& binds = {},
                               const Refusals& refusals = {});

  /// Hands each row to `read`, which may throw UnreadableRow.
  Result<void> query(std::string_view sql, const Binds& binds,
                     const std::function<void(Row&)>& read, const Refusals& refusals = {});

  /// All rows, each as `read(Row&)` understands it.
  template <class Read>
  auto select(std::string_view sql, const Binds& binds, Read read)
      -> Result<std::vector<std::invoke_result_t<Read, Row&>>> {
    std::vector<std::invoke_result_t<Read, Row&>> items;
    TRY(query(sql, binds, [&](Row& row) { items.push_back(read(row)); }));
    return items;
  }

  /// The one row, if there is one.
  template <class Read>
  auto select_one(std::string_view sql, const Binds& binds, Read read)
      -> Result<std::optional<std::invoke_result_t<Read, Row&>>> {
    std::optional<std::invoke_result_t<Read, Row&>> item;
    TRY(query(sql, binds, [&](Row& row) { item = read(row); }));
    return item;
  }

  /// Runs a text of several statements.
  Result<void> run_script(std::string_view script);

  [[nodiscard]] const Dialect& dialect() const { return dialect_; }

  /// True if a statement has failed since forget_failure().
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  void forget_failure() { has_failed_ = false; }

  /// True if the connection is gone and another one is needed.
  [[nodiscard]] bool is_lost() const { return is_lost_; }

  /// True if the disk has failed: nothing may be written any more.
  [[nodiscard]] bool is_storage_broken() const { return is_storage_broken_; }

 private:
  Connection(const Dialect& dialect, std::unique_ptr<soci::session> session);
  Statement& prepared(std::string_view sql, const Binds& binds);
  Result<std::int64_t> run(std::string_view sql, const Binds& binds,
                           const std::function<void(Row&)>& read, const Refusals& refusals);
  Error error_of(const soci::soci_error& error, std::string_view sql, const Refusals& refusals);

  struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  const Dialect& dialect_;
  std::unique_ptr<soci::session> session_;
  std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>>
      statements_;
  bool has_failed_ = false;
  bool is_lost_ = false;
  bool is_storage_broken_ = false;
};

}  // namespace claviger::store
