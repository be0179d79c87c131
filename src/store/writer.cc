#include "writer.h"

#include <algorithm>

#include "claviger/base/log.h"

namespace claviger::store {

Writer::Writer(const Dialect& dialect, const DatabaseSettings& settings, const Clock& clock,
               std::unique_ptr<Connection> connection)
    : dialect_(dialect),
      clock_(clock),
      max_group_(static_cast<std::size_t>(std::max(settings.max_operations_per_commit, 1))),
      max_queued_(static_cast<std::size_t>(std::max(settings.max_queued_writes, 1))),
      connection_(std::move(connection)),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  work_arrived_.notify_one();
  thread_.join();
}

Result<void> Writer::run(const Function& function) {
  if (std::this_thread::get_id() == thread_.get_id())
    return fail(Error::internal("a write inside a write would wait for itself"));
  Operation operation{function, {}, {}};
  {
    const std::lock_guard lock(mutex_);
    if (is_closing_ || queue_.size() >= max_queued_)
      return fail(Error::unavailable("the queue of writes is full"));
    queue_.push_back(&operation);
  }
  work_arrived_.notify_one();
  operation.answered.get_future().wait();
  return std::move(operation.result);
}

void Writer::on_change(std::function<void(core::Version)> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Writer::work() {
  for (Group group = next_group(); !group.empty(); group = next_group()) carry_out(group);
}

Writer::Group Writer::next_group() {
  std::unique_lock lock(mutex_);
  work_arrived_.wait(lock, [this] { return is_closing_ || !queue_.empty(); });
  const std::size_t count = std::min(queue_.size(), max_group_);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  Group group(queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  return group;
}

/// Answers every operation of the group: after the commit, and never before.
void Writer::carry_out(const Group& group) {
  Result<std::optional<core::Version>> committed = commit_group(group);
  if (!committed.has_value()) {
    after_failure();
    for (Operation* operation : group) operation->result = fail(committed.error());
  } else if (*committed) {
    tell(**committed);
  }
  for (Operation* operation : group) operation->answered.set_value();
}

/// Runs the operations in one transaction and makes them durable; each one's own result is in it.
/// Returns the newest version of the change log, if it moved. Errors: those of the group as a
/// whole, none of which is committed then.
Result<std::optional<core::Version>> Writer::commit_group(const Group& group) {
  TRY(begin_group());
  std::optional<core::Version> newest;
  for (Operation* operation : group) TRY(run_operation(*operation, newest));
  TRY(connection_->execute("COMMIT"));
  return newest;
}

/// Runs one operation behind a savepoint. Errors: only what ends the whole group.
Result<void> Writer::run_operation(Operation& operation, std::optional<core::Version>& newest) {
  connection_->forget_failure();
  TRY(connection_->execute("SAVEPOINT operation"));
  Result<std::optional<core::Version>> version = attempt(operation.function);
  if (version.has_value()) {
    TRY(connection_->execute("RELEASE SAVEPOINT operation"));
    if (*version) newest = *version;
    operation.result = Result<void>();
    return {};
  }
  operation.result = fail(version.error());
  if (connection_->is_lost() || connection_->is_storage_broken()) return fail(version.error());
  TRY(connection_->execute("ROLLBACK TO SAVEPOINT operation"));
  TRY(connection_->execute("RELEASE SAVEPOINT operation"));
  return {};
}

Result<std::optional<core::Version>> Writer::attempt(const Function& function) {
  WriteTransaction transaction(*connection_, clock_.now());
  try {
    TRY(function(transaction));
  } catch (const std::exception& error) {
    return fail(Error::internal(std::string("an exception in a write: ") + error.what()));
  }
  TRY(transaction.finish());
  return transaction.version();
}

Result<void> Writer::ready_connection() {
  if (is_stopped_.load())
    return fail(
        Error::unavailable("the disk failed under an earlier write: start the server anew"));
  if (connection_ == nullptr) connection_ = TRY(Connection::open(dialect_, Access::kWrite));
  return {};
}

/// Begins the transaction of a group; on a new connection if the old one was lost meanwhile.
Result<void> Writer::begin_group() {
  TRY(ready_connection());
  Result<std::int64_t> begun = connection_->execute(dialect_.begin_write());
  if (!begun.has_value() && connection_->is_lost()) {
    connection_.reset();
    TRY(ready_connection());
    begun = connection_->execute(dialect_.begin_write());
  }
  TRY(std::move(begun));
  if (!dialect_.lock_writes().empty()) TRY(connection_->execute(dialect_.lock_writes()));
  return {};
}

/// Leaves no open transaction behind, and decides whether there may be another.
void Writer::after_failure() {
  if (connection_ == nullptr || is_stopped_.load()) return;
  if (connection_->is_storage_broken()) {
    is_stopped_.store(true);
    log::error("the disk failed under a write; the server writes no more until it is started anew");
    return;
  }
  if (connection_->is_lost() || !connection_->execute("ROLLBACK").has_value()) connection_.reset();
}

void Writer::tell(core::Version newest) {
  std::function<void(core::Version)> listener;
  {
    const std::lock_guard lock(mutex_);
    listener = listener_;
  }
  if (!listener) return;
  try {
    listener(newest);
  } catch (const std::exception& error) {
    log::error("the listener to changes failed", {{"cause", std::string_view(error.what())}});
  }
}

}  // namespace claviger::store
