#include "connection.h"

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

constexpr std::size_t kSqlCharactersInLog = 120;

/// PostgreSQL takes no NUL and nothing but UTF-8, and SOCI would cut a text at its NUL: neither
/// database gets such a text.
bool is_storable(const Value& value) {
  return value.text().find('\0') == std::string::npos && is_utf8(value.text());
}

Result<void> check_texts(const Binds& binds) {
  for (const Bind& bind : binds) {
    if (!is_storable(bind.value))
      return fail(
          Error::invalid({{std::string(bind.name), "not-text",
                           PublicText(fmt::format("The value of \"{}\" holds a NUL or bytes "
                                                  "that are not UTF-8.",
                                                  bind.name))}}));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Dialect& dialect, Access access) {
  try {
    return std::unique_ptr<Connection>(new Connection(dialect, dialect.connect(access)));
  } catch (const soci::soci_error& error) {
    return fail(Error::unavailable("cannot open the database: " + error.get_error_message()));
  } catch (const std::exception& error) {
    return fail(Error::internal(std::string("cannot open the database: ") + error.what()));
  }
}

Connection::Connection(const Dialect& dialect, std::unique_ptr<soci::session> session)
    : dialect_(dialect), session_(std::move(session)) {}

Connection::~Connection() = default;

Result<std::int64_t> Connection::execute(std::string_view sql, const Binds& binds,
                                         const Refusals& refusals) {
  return run(sql, binds, nullptr, refusals);
}

Result<void> Connection::query(std::string_view sql, const Binds& binds,
                               const std::function<void(Row&)>& read, const Refusals& refusals) {
  TRY(run(sql, binds, read, refusals));
  return {};
}

Result<std::int64_t> Connection::run(std::string_view sql, const Binds& binds,
                                     const std::function<void(Row&)>& read,
                                     const Refusals& refusals) {
  if (Result<void> checked = check_texts(binds); !checked.has_value()) {
    has_failed_ = true;
    return fail(std::move(checked).error());
  }
  Statement* statement = nullptr;
  try {
    statement = &prepared(sql, binds);
    for (bool row_is_there = statement->execute(binds); row_is_there && read != nullptr;
         row_is_there = statement->fetch()) {
      Row row = statement->row();
      read(row);
    }
    const std::int64_t affected = statement->affected_rows();
    statement->release();
    return affected;
  } catch (const soci::soci_error& error) {
    Error translated = error_of(error, sql, refusals);
    if (statement != nullptr) statement->release();
    return fail(std::move(translated));
  } catch (const std::exception& error) {
    has_failed_ = true;
    if (statement != nullptr) statement->release();
    return fail(Error::internal(
        fmt::format("{} in: {}", error.what(), sql.substr(0, kSqlCharactersInLog))));
  }
}

Statement& Connection::prepared(std::string_view sql, const Binds& binds) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return *found->second;
  auto statement = std::make_unique<Statement>(*session_, dialect_, sql, binds);
  return *statements_.emplace(sql, std::move(statement)).first->second;
}

Result<void> Connection::run_script(std::string_view script) {
  try {
    dialect_.run_script(*session_, script);
    return {};
  } catch (const soci::soci_error& error) {
    return fail(error_of(error, script, {}));
  } catch (const std::exception& error) {
    has_failed_ = true;
    return fail(Error::internal(error.what()));
  }
}

Error Connection::error_of(const soci::soci_error& error, std::string_view sql,
                           const Refusals& refusals) {
  has_failed_ = true;
  const SqlFailure failure = dialect_.failure_of(*session_, error);
  const std::string text =
      fmt::format("{} in: {}", failure.text, sql.substr(0, kSqlCharactersInLog));
  switch (failure.kind) {
    case SqlFailure::Kind::kUnique:
      return Error::refused(ErrorCode::kConflict, std::string(refusals.unique));
    case SqlFailure::Kind::kForeignKey:
      return Error::refused(ErrorCode::kConflict, std::string(refusals.foreign_key));
    case SqlFailure::Kind::kCheck:
    case SqlFailure::Kind::kDefect:
      return Error::internal(text);
    case SqlFailure::Kind::kRetry:
      return Error::unavailable(text);
    case SqlFailure::Kind::kLost:
      is_lost_ = true;
      return Error::unavailable(text);
    case SqlFailure::Kind::kStorage:
      is_storage_broken_ = true;
      return Error::unavailable(text);
  }
  return Error::internal(text);
}

}  // namespace claviger::store
