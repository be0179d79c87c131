#include "reader_pool.h"

#include <algorithm>

namespace claviger::store {
namespace {

Result<void> call(const ReaderPool::Function& function, Connection& connection) {
  ReadTransaction transaction(connection);
  try {
    return function(transaction);
  } catch (const std::exception& error) {
    return fail(Error::internal(std::string("an exception in a read: ") + error.what()));
  }
}

Result<void> in_transaction(const ReaderPool::Function& function, Connection& connection) {
  TRY(connection.execute(connection.dialect().begin_read()));
  Result<void> result = call(function, connection);
  // Nothing was written, so either end would do; this one also works after a failed statement.
  TRY(connection.execute("ROLLBACK"));
  return result;
}

}  // namespace

ReaderPool::ReaderPool(const Dialect& dialect, const DatabaseSettings& settings)
    : dialect_(dialect), wait_(settings.read_wait) {
  idle_.resize(static_cast<std::size_t>(std::max(settings.read_connections, 1)));
}

Result<void> ReaderPool::run(const Function& function) {
  Slot connection = TRY(take());
  if (connection == nullptr) {
    Result<Slot> opened = Connection::open(dialect_, Access::kRead);
    if (!opened.has_value()) {
      give_back(nullptr);
      return fail(std::move(opened).error());
    }
    connection = *std::move(opened);
  }
  Result<void> result = in_transaction(function, *connection);
  // A connection whose transaction cannot be trusted to have ended is opened anew.
  const bool is_sound = result.has_value() || !connection->has_failed();
  connection->forget_failure();
  give_back(is_sound ? std::move(connection) : nullptr);
  return result;
}

Result<ReaderPool::Slot> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  if (!given_back_.wait_for(lock, wait_, [this] { return !idle_.empty(); }))
    return fail(Error::unavailable("every connection for reading is busy"));
  Slot connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ReaderPool::give_back(Slot connection) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

}  // namespace claviger::store
