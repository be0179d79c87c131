#include "connection.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

constexpr std::size_t kSqlCharactersInLog = 120;

/// A part of a driver's message, and what we say for it.
struct Cause {
  std::string_view fragment;
  std::string_view sentence;
};

constexpr std::string_view kUnreadableUrl =
    "its URL cannot be read; % [ ] @ : / in a password are written as %25 %5B %5D %40 %3A %2F";

constexpr std::array<Cause, 20> kCauses = {{
    {"percent-encoded", kUnreadableUrl},
    {"in URI", kUnreadableUrl},
    {"URI query parameter", kUnreadableUrl},
    {"IPv6 host", kUnreadableUrl},
    {"port number", kUnreadableUrl},
    {"invalid integer value", kUnreadableUrl},
    {"could not translate host name", "its host is not known"},
    {"Connection refused", "nothing listens at its host and port"},
    {"No such file or directory", "there is no such socket or file"},
    {"timeout expired", "it does not answer in time"},
    {"password authentication failed", "it refuses the user or the password"},
    {"no password supplied", "it asks for a password, and none is given"},
    {"pg_hba.conf", "it takes no such connection of this user from here"},
    {"does not exist", "there is no such user or database on the server"},
    {"too many", "it has as many connections as it takes"},
    {"starting up", "it is starting up"},
    {"SSL", "no encrypted connection to it can be made"},
    {"unable to open", "its file cannot be opened"},
    {"locked", "another process holds it"},
    {"not a database", "its file is not a database"},
}};

/// Why a connection cannot be opened, in words of our own: the drivers quote the URL or what they
/// took for a part of it, and so the password (docs/threats.md, D04).
std::string cannot_open(std::string_view message) {
  const auto cause = std::find_if(kCauses.begin(), kCauses.end(), [&](const Cause& known) {
    return message.find(known.fragment) != std::string_view::npos;
  });
  return fmt::format("cannot open the database: {}",
                     cause != kCauses.end()
                         ? cause->sentence
                         : "the driver's message is kept back, as it can quote the password");
}

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
    return fail(Error::unavailable(cannot_open(error.get_error_message())));
  } catch (const std::exception& error) {
    return fail(Error::internal(cannot_open(error.what())));
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
