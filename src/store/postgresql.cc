// PostgreSQL, through libpq under SOCI.
#include "dialect.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>

namespace claviger::store {
namespace {

constexpr int kConnectTimeoutSeconds = 2;
/// No statement of ours runs longer; a longer one has met a fault.
constexpr std::chrono::milliseconds kStatementTimeout = std::chrono::seconds{30};
/// A server that was stopped inside a write transaction keeps the others out no longer than this.
constexpr std::chrono::milliseconds kIdleTimeout = std::chrono::seconds{15};

/// Every session here was opened by this dialect. SOCI's library exports no type information of its
/// back ends, so that a dynamic_cast would not link.
soci::postgresql_session_backend& backend_of(soci::session& session) {
  return static_cast<soci::postgresql_session_backend&>(*session.get_backend());
}

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// libpq puts values into the lines behind the first.
std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

SqlFailure::Kind kind_of(std::string_view state) {
  if (state == "23505") return SqlFailure::Kind::kUnique;
  if (state == "23503") return SqlFailure::Kind::kForeignKey;
  if (state == "23514" || state == "23502") return SqlFailure::Kind::kCheck;
  if (state.starts_with("08") || state.starts_with("57P")) return SqlFailure::Kind::kLost;
  // 40: rolled back for another's sake; 53: out of resources; 55P03, 57014: a wait that was too
  // long; 25006: a server that only replays another's log.
  if (state.starts_with("40") || state.starts_with("53") || state == "55P03" || state == "57014" ||
      state == "25006")
    return SqlFailure::Kind::kRetry;
  // A disk that fails under PostgreSQL ends PostgreSQL, which recovers by itself: no kStorage here.
  return SqlFailure::Kind::kDefect;
}

class PostgresqlDialect final : public Dialect {
 public:
  explicit PostgresqlDialect(const DatabaseSettings& settings)
      : url_(with_parameter(
            with_parameter(settings.url, "connect_timeout", std::to_string(kConnectTimeoutSeconds)),
            "fallback_application_name", "claviger")),
        lock_wait_(settings.lock_wait) {}

  [[nodiscard]] std::string_view name() const override { return "postgresql"; }

  Result<void> prepare() const override { return {}; }

  [[nodiscard]] bool exists() const override { return true; }

  [[nodiscard]] std::unique_ptr<soci::session> connect(Access access) const override;

  [[nodiscard]] std::string_view begin_read() const override {
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  }

  [[nodiscard]] std::string_view begin_write() const override {
    return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
  }

  [[nodiscard]] std::string_view lock_migrations() const override {
    return "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; "
           "SELECT pg_advisory_xact_lock(hashtext('claviger schema_migrations'));";
  }

  /// With this row held, the writers of all servers go one after the other, and each statement
  /// behind it sees what the writer before has committed: as with SQLite's one write lock.
  [[nodiscard]] std::string_view lock_writes() const override {
    return "SELECT version FROM change_head WHERE id = 1 FOR UPDATE";
  }

  [[nodiscard]] std::string_view table_exists() const override {
    return "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() "
           "AND table_name = :name";
  }

  [[nodiscard]] int column_count(soci::session& session, soci::statement& statement) const override;

  void release(soci::statement& statement) const override { static_cast<void>(statement); }

  void run_script(soci::session& session, std::string_view script) const override;

  [[nodiscard]] SqlFailure failure_of(soci::session& session,
                                      const soci::soci_error& error) const override;

 private:
  static std::string with_parameter(std::string url, std::string_view name,
                                    std::string_view value) {
    if (url.find(fmt::format("{}=", name)) != std::string::npos) return url;
    return fmt::format("{}{}{}={}", url, url.find('?') == std::string::npos ? '?' : '&', name,
                       value);
  }

  std::string url_;
  Microseconds lock_wait_;
};

std::unique_ptr<soci::session> PostgresqlDialect::connect(Access access) const {
  auto session = std::make_unique<soci::session>(soci::postgresql, url_);
  const auto lock_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(lock_wait_);
  run_script(*session,
             fmt::format("SELECT set_config('synchronous_commit', 'on', false) "
                         "WHERE current_setting('synchronous_commit') IN ('off', 'local');"
                         "SET client_encoding = 'UTF8';"
                         "SET standard_conforming_strings = on;"
                         "SET client_min_messages = warning;"
                         "SET statement_timeout = {};"
                         "SET lock_timeout = {};"
                         "SET idle_in_transaction_session_timeout = {};"
                         "SET default_transaction_read_only = {};",
                         kStatementTimeout.count(), lock_timeout.count(), kIdleTimeout.count(),
                         access == Access::kRead ? "on" : "off"));
  return session;
}

int PostgresqlDialect::column_count(soci::session& session, soci::statement& statement) const {
  const auto& backend =
      static_cast<const soci::postgresql_statement_backend&>(*statement.get_backend());
  const PgResult description(
      PQdescribePrepared(backend_of(session).conn_, backend.statementName_.c_str()));
  return PQnfields(description.get());
}

void PostgresqlDialect::run_script(soci::session& session, std::string_view script) const {
  PGconn* connection = backend_of(session).conn_;
  const PgResult result(PQexec(connection, std::string(script).c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  throw soci::postgresql_soci_error(first_line(PQerrorMessage(connection)),
                                    state != nullptr ? state : "08000");
}

SqlFailure PostgresqlDialect::failure_of(soci::session& session,
                                         const soci::soci_error& error) const {
  std::string state;
  if (const auto* of_postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error))
    state = of_postgresql->sqlstate();
  SqlFailure failure{kind_of(state), fmt::format("PostgreSQL {}: {}", state,
                                                 first_line(error.get_error_message()))};
  if (PQstatus(backend_of(session).conn_) != CONNECTION_OK) failure.kind = SqlFailure::Kind::kLost;
  return failure;
}

}  // namespace

std::unique_ptr<Dialect> make_postgresql_dialect(const DatabaseSettings& settings) {
  return std::make_unique<PostgresqlDialect>(settings);
}

}  // namespace claviger::store
