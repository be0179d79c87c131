// The database: one writer that commits in groups, and a pool of readers.
//
//   auto database = TRY(Database::open({.url = "sqlite:///var/lib/claviger/claviger.db"}, clock));
//   const auto create = [&](WriteTransaction& tx) -> Result<core::Version> {
//     const core::Version created = TRY(create_application(tx, scope, application));
//     TRY(tx.audit({.actor = user, .action = "application.create", …}));
//     return created;
//   };
//   const core::Version version = TRY(database->write(create));
//
// SQLite and PostgreSQL behave alike here: writes happen one after the other, over all servers of
// one database, so that what an operation reads holds until it is committed; and every answer to a
// write is given after its commit is durable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/version.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct DatabaseSettings {
  /// "sqlite:///absolute/path.db" or a libpq URL, "postgresql://user@host/name". May hold a
  /// password: never logged.
  std::string url;
  int read_connections = 4;
  /// How many queued operations share one commit. None waits for others to come.
  int max_operations_per_commit = 64;
  /// Beyond this many waiting operations a write is refused with kUnavailable.
  int max_queued_writes = 4096;
  /// How long a read waits for a free connection, and a writer for another process's lock.
  Microseconds read_wait = std::chrono::seconds{1};
  Microseconds lock_wait = std::chrono::seconds{5};
  /// Size that SQLite's write-ahead log is cut back to once it has been copied into the database.
  std::int64_t wal_size_limit_bytes = std::int64_t{64} * 1024 * 1024;
};

/// Thread-safe.
class Database {
 public:
  /// Opens the database, creates a SQLite file with mode 0600 where there is none, and applies the
  /// migrations that it lacks. Errors: kInvalidInput for a URL that is neither, kConflict if the
  /// schema is newer than this program or was changed by hand, or if others may read the file;
  /// kUnavailable if PostgreSQL does not answer. `clock` outlives the database.
  static Result<std::unique_ptr<Database>> open(const DatabaseSettings& settings,
                                                const Clock& clock);

  /// The same database, on which each write is carried out, answered and taken back: to see what it
  /// would do. This one outlives it.
  [[nodiscard]] std::unique_ptr<Database> rehearsal() const;

  /// True if writes are taken back.
  [[nodiscard]] bool is_rehearsal() const { return is_rehearsal_; }

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `function(WriteTransaction&) -> Result<T>` on the writer's thread and returns what it
  /// returned, once that is durable. An operation that fails leaves no trace, and does not hurt the
  /// others in its group. `function` does nothing slow: every other write waits for it; and it must
  /// not call write().
  /// Errors: those of `function`; kUnavailable if the database cannot be reached, the queue is
  /// full, or is_stopped(); where a connection breaks during the commit itself, the change may
  /// nevertheless have happened.
  template <class Function>
  auto write(Function&& function) -> std::invoke_result_t<Function&, WriteTransaction&> {
    using Answer = std::invoke_result_t<Function&, WriteTransaction&>;
    std::optional<Answer> answer;
    Result<void> committed = run_write([&](WriteTransaction& transaction) -> Result<void> {
      answer.emplace(function(transaction));
      if (!answer->has_value()) return fail(answer->error());
      if (is_rehearsal_) return fail(taken_back());
      return {};
    });
    const bool was_rehearsed = is_rehearsal_ && answer && answer->has_value();
    if (!committed.has_value() && !was_rehearsed) return fail(std::move(committed).error());
    return *std::move(answer);
  }

  /// Runs `function(ReadTransaction&) -> Result<T>` on the calling thread, in one snapshot that
  /// holds every write answered before. Errors: those of `function`; kUnavailable.
  template <class Function>
  auto read(Function&& function) -> std::invoke_result_t<Function&, ReadTransaction&> {
    using Answer = std::invoke_result_t<Function&, ReadTransaction&>;
    std::optional<Answer> answer;
    Result<void> done = run_read([&](ReadTransaction& transaction) -> Result<void> {
      answer.emplace(function(transaction));
      if (!answer->has_value()) return fail(answer->error());
      return {};
    });
    if (!done.has_value()) return fail(std::move(done).error());
    return *std::move(answer);
  }

  /// Calls `listener` on the writer's thread after each commit that moved the change log, with its
  /// newest version. It does nothing slow. A hint to look: changes of other servers do not come
  /// here.
  void on_change(std::function<void(core::Version)> listener);

  /// True once the disk has failed under a write. Every further write is refused; the process is
  /// to end, and to recover by starting anew: only a new process can
  /// find out what a failed flush has left behind.
  [[nodiscard]] bool is_stopped() const;

 private:
  using WriteFunction = std::function<Result<void>(WriteTransaction&)>;
  using ReadFunction = std::function<Result<void>(ReadTransaction&)>;
  struct Parts;

  explicit Database(std::shared_ptr<Parts> parts, bool is_rehearsal = false);

  /// Why the writer undoes a rehearsed operation.
  static Error taken_back();
  Result<void> run_write(const WriteFunction& function);
  Result<void> run_read(const ReadFunction& function);

  std::shared_ptr<Parts> parts_;
  bool is_rehearsal_;
};

}  // namespace claviger::store
