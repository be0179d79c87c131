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

}  // namespace

ReaderPool::ReaderPool(const Dialect& dialect, const DatabaseSettings& settings)
    : dialect_(dialect), wait_(settings.read_wait) {
  idle_.resize(static_cast<std::size_t>(std::max(settings.read_connections, 1)));
}

Result<void> ReaderPool::run(const Function& function) {
  Slot slot = TRY(take());
  Result<void> result = begin(slot);
  if (!result.has_value()) {
    give_back(nullptr);
    return result;
  }
  result = call(function, *slot);
  // Nothing was written, so either end would do; this one also works after a failed statement.
  const bool has_ended = slot->execute("ROLLBACK").has_value();
  give_back(has_ended ? std::move(slot) : nullptr);
  return result;
}

/// Begins a transaction; on a new connection if there is none, or the old one was lost meanwhile.
Result<void> ReaderPool::begin(Slot& slot) const {
  if (slot != nullptr) {
    const Result<std::int64_t> begun = slot->execute(dialect_.begin_read());
    if (begun.has_value()) return {};
    if (!slot->is_lost()) return fail(begun.error());
  }
  slot = TRY(Connection::open(dialect_, Access::kRead));
  TRY(slot->execute(dialect_.begin_read()));
  return {};
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
