// Threads that run what may block, and a bounded line of what waits for one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace claviger::http {

/// The thread that became idle last is woken first: under light load few threads do all the work,
/// with their caches and connections warm. Thread-safe.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t max_waiting);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Gives `task`, which does not throw, to an idle thread, or puts it at the end of the line.
  /// False, and no effect, if the line is full or the pool is stopped.
  [[nodiscard]] bool try_run(std::function<void()> task);

  /// Drops what waits, and returns once every task that runs has ended.
  void stop();

 private:
  struct Worker {
    std::function<void()> task;
    std::condition_variable wake;
    std::thread thread;
  };

  void work(Worker& worker);
  /// Waits for the next task; empty when the pool stops.
  std::function<void()> next_task(Worker& worker);

  const std::size_t max_waiting_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::deque<std::function<void()>> waiting_;
  std::vector<Worker*> idle_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace claviger::http
