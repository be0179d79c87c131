// The one writer: a thread that takes what is queued and commits it as a group.
#pragma once

#include "connection.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/store/database.h"

namespace claviger::store {

/// Thread-safe.
class Writer {
 public:
  using Function = std::function<Result<void>(WriteTransaction&)>;

  /// Starts the thread. All references outlive the writer.
  Writer(const Dialect& dialect, const DatabaseSettings& settings, const Clock& clock,
         std::unique_ptr<Connection> connection);

  /// Carries out what is queued, and ends the thread.
  ~Writer();

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// As Database::write().
  Result<void> run(const Function& function);

  void on_change(std::function<void(core::Version)> listener);

  [[nodiscard]] bool is_stopped() const { return is_stopped_.load(); }

 private:
  struct Operation {
    const Function& function;
    Result<void> result;
    std::promise<void> answered;
  };

  using Group = std::vector<Operation*>;

  void work();
  Group next_group();
  void carry_out(const Group& group);
  Result<std::optional<core::Version>> commit_group(const Group& group);
  Result<void> run_operation(Operation& operation, std::optional<core::Version>& newest);
  Result<std::optional<core::Version>> attempt(const Function& function);
  Result<void> ready_connection();
  Result<void> begin_group();
  void after_failure();
  void tell(core::Version newest);

  const Dialect& dialect_;
  const Clock& clock_;
  const std::size_t max_group_;
  const std::size_t max_queued_;

  std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::deque<Operation*> queue_;
  bool is_closing_ = false;
  std::function<void(core::Version)> listener_;

  std::atomic<bool> is_stopped_ = false;
  std::unique_ptr<Connection> connection_;  ///< the thread's own
  std::thread thread_;
};

}  // namespace claviger::store
