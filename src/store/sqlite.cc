// SQLite: one file, its write-ahead log beside it.
#include "dialect.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace claviger::store {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr int kCacheKibibytes = 32 * 1024;
/// 32 MiB: the log's pages are copied into the database seldom, each once for its many changes.
constexpr int kPagesPerCheckpoint = 8 * 1024;
constexpr std::chrono::milliseconds kBusyPause{10};

// Every session here was opened by this dialect. SOCI's library exports no type information of its
// back ends, so that a dynamic_cast would not link.

sqlite_api::sqlite3* handle_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend&>(*session.get_backend()).conn_;
}

sqlite_api::sqlite3_stmt* handle_of(soci::statement& statement) {
  return static_cast<soci::sqlite3_statement_backend&>(*statement.get_backend()).stmt_;
}

SqlFailure::Kind kind_of(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return SqlFailure::Kind::kUnique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return SqlFailure::Kind::kForeignKey;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
      return SqlFailure::Kind::kCheck;
    default:
      break;
  }
  switch (extended_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return SqlFailure::Kind::kRetry;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SqlFailure::Kind::kStorage;
    default:
      return SqlFailure::Kind::kDefect;
  }
}

/// Takes out the locks that SQLite would need if several threads shared a connection, and those
/// that only its memory statistics need. It refuses if it is in use already, and is as right then.
void configure_library() {
  static_cast<void>(sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD));
  static_cast<void>(sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
}

class SqliteDialect final : public Dialect {
 public:
  SqliteDialect(const DatabaseSettings& settings, std::string path)
      : path_(std::move(path)),
        lock_wait_(settings.lock_wait),
        wal_size_limit_bytes_(settings.wal_size_limit_bytes) {}

  [[nodiscard]] std::string_view name() const override { return "sqlite"; }

  Result<void> prepare() const override;

  [[nodiscard]] bool exists() const override { return ::access(path_.c_str(), F_OK) == 0; }

  [[nodiscard]] std::unique_ptr<soci::session> connect(Access access) const override;

  [[nodiscard]] std::string_view begin_read() const override { return "BEGIN"; }

  [[nodiscard]] std::string_view begin_write() const override { return "BEGIN IMMEDIATE"; }

  [[nodiscard]] std::string_view lock_migrations() const override { return {}; }

  [[nodiscard]] std::string_view lock_writes() const override { return {}; }

  [[nodiscard]] std::string_view table_exists() const override {
    return "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name";
  }

  [[nodiscard]] int column_count(soci::session& session,
                                 soci::statement& statement) const override {
    static_cast<void>(session);
    return sqlite_api::sqlite3_column_count(handle_of(statement));
  }

  /// A statement that is not reset keeps its snapshot, and the log cannot be cut back.
  void release(soci::statement& statement) const override {
    sqlite_api::sqlite3_reset(handle_of(statement));
  }

  void run_script(soci::session& session, std::string_view script) const override;

  [[nodiscard]] SqlFailure failure_of(soci::session& session,
                                      const soci::soci_error& error) const override;

 private:
  void switch_to_wal(soci::session& session) const;

  std::string path_;
  Microseconds lock_wait_;
  std::int64_t wal_size_limit_bytes_;
};

Result<void> SqliteDialect::prepare() const {
  // SQLite would create the file with the mode that the umask leaves; its log takes the file's. A
  // file that is there is looked at without being opened: closing it would drop the locks that
  // SQLite may hold on it in this process.
  const int created = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (created >= 0) ::close(created);

  struct stat status {};

  if ((created < 0 && errno != EEXIST) || ::stat(path_.c_str(), &status) != 0)
    return fail(Error::refused(
        ErrorCode::kConflict, fmt::format("The database {} cannot be opened or created: {}.", path_,
                                          std::strerror(errno))));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(Error::refused(ErrorCode::kConflict,
                               fmt::format("Others may read or write the database {}: make it its "
                                           "owner's alone (chmod 600).",
                                           path_)));
  return {};
}

std::unique_ptr<soci::session> SqliteDialect::connect(Access access) const {
  auto session = std::make_unique<soci::session>(soci::sqlite3, fmt::format("db=\"{}\"", path_));
  sqlite_api::sqlite3* handle = handle_of(*session);
  // SOCI passes on the code that it gets; the extended ones tell one constraint from another.
  sqlite_api::sqlite3_extended_result_codes(handle, 1);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(lock_wait_);
  sqlite_api::sqlite3_busy_timeout(handle, static_cast<int>(milliseconds.count()));
  switch_to_wal(*session);
  run_script(*session, fmt::format("PRAGMA synchronous = FULL;"
                                   "PRAGMA foreign_keys = ON;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA temp_store = MEMORY;"  // of savepoints
                                   "PRAGMA wal_autocheckpoint = {};"
                                   "PRAGMA cache_size = -{};"
                                   "PRAGMA journal_size_limit = {};"
                                   "PRAGMA query_only = {};",
                                   kPagesPerCheckpoint, kCacheKibibytes, wal_size_limit_bytes_,
                                   access == Access::kRead ? "ON" : "OFF"));
  return session;
}

/// Two servers that start on a new database may meet here, and SQLite does not wait by itself.
void SqliteDialect::switch_to_wal(soci::session& session) const {
  const auto deadline = std::chrono::steady_clock::now() + lock_wait_;
  std::string mode;
  while (mode.empty()) {
    try {
      session << "PRAGMA journal_mode = WAL", soci::into(mode);
    } catch (const soci::sqlite3_soci_error& error) {
      const bool is_busy = (error.result() & 0xFF) == SQLITE_BUSY;
      if (!is_busy || std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(kBusyPause);
    }
  }
  if (mode != "wal") throw soci::soci_error("SQLite cannot use a write-ahead log in this folder");
}

void SqliteDialect::run_script(soci::session& session, std::string_view script) const {
  const std::string text(script);
  const int code =
      sqlite_api::sqlite3_exec(handle_of(session), text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(handle_of(session)), code);
}

SqlFailure SqliteDialect::failure_of(soci::session& session, const soci::soci_error& error) const {
  int code = SQLITE_ERROR;
  if (const auto* of_sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error))
    code = of_sqlite->result();
  // Some of SOCI's errors carry the primary code only.
  const int last_code = sqlite_api::sqlite3_extended_errcode(handle_of(session));
  if ((last_code & 0xFF) == code) code = last_code;
  return {kind_of(code), fmt::format("SQLite {}: {}", code, error.get_error_message())};
}

}  // namespace

std::unique_ptr<Dialect> make_sqlite_dialect(const DatabaseSettings& settings, std::string path) {
  static std::once_flag configured;
  std::call_once(configured, configure_library);
  return std::make_unique<SqliteDialect>(settings, std::move(path));
}

}  // namespace claviger::store
