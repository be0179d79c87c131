// What differs between the two databases. All else is written once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <soci/soci.h>

#include "claviger/base/result.h"
#include "claviger/store/database.h"

namespace claviger::store {

/// What a connection is for.
enum class Access : std::uint8_t { kRead, kWrite };

/// Why a statement failed.
struct SqlFailure {
  enum class Kind : std::uint8_t {
    kUnique,      ///< a key or name exists already
    kForeignKey,  ///< what is referred to does not exist
    kCheck,       ///< a value that the schema refuses
    kRetry,       ///< a lock, a time-out, a full disk: may well work later
    kLost,        ///< the connection is gone
    kStorage,     ///< the disk or the file is broken: no further writes
    kDefect,      ///< anything else: a defect of this program
  };

  Kind kind = Kind::kDefect;
  std::string text;  ///< for the log; without values
};

/// Thread-safe: it holds nothing but settings.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// "sqlite" or "postgresql": the word that marks sections of migrations.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Readies what must be there before the first connection; called once. Errors as
  /// Database::open().
  virtual Result<void> prepare() const = 0;

  /// True if a first connection would find a database.
  [[nodiscard]] virtual bool exists() const = 0;

  /// Opens a connection and sets it up. Throws soci::soci_error.
  [[nodiscard]] virtual std::unique_ptr<soci::session> connect(Access access) const = 0;

  [[nodiscard]] virtual std::string_view begin_read() const = 0;
  [[nodiscard]] virtual std::string_view begin_write() const = 0;

  /// Inside a write transaction: keeps every other writer, or every other migration, out until its
  /// end. Empty if its beginning does so already. The second is a script.
  [[nodiscard]] virtual std::string_view lock_writes() const = 0;
  [[nodiscard]] virtual std::string_view lock_migrations() const = 0;

  /// The condition under which a table of that name (":name") exists, as a query for one row.
  [[nodiscard]] virtual std::string_view table_exists() const = 0;

  /// How many columns a prepared statement returns.
  [[nodiscard]] virtual int column_count(soci::session& session,
                                         soci::statement& statement) const = 0;

  /// Lets go of what a statement holds that was not read to its end.
  virtual void release(soci::statement& statement) const = 0;

  /// Runs a text of several statements. Throws soci::soci_error.
  virtual void run_script(soci::session& session, std::string_view script) const = 0;

  [[nodiscard]] virtual SqlFailure failure_of(soci::session& session,
                                              const soci::soci_error& error) const = 0;
};

/// Errors: kInvalidInput for a URL that names neither database.
Result<std::unique_ptr<Dialect>> make_dialect(const DatabaseSettings& settings);

std::unique_ptr<Dialect> make_sqlite_dialect(const DatabaseSettings& settings, std::string path);
std::unique_ptr<Dialect> make_postgresql_dialect(const DatabaseSettings& settings);

}  // namespace claviger::store
