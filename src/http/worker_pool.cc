#include "worker_pool.h"

#include <utility>

namespace claviger::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  idle_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    worker.thread = std::thread([this, &worker] { work(worker); });
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::try_run(std::function<void()> task) {
  const std::unique_lock lock(mutex_);
  if (stopped_) return false;
  if (idle_.empty()) {
    if (waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(task));
    return true;
  }
  Worker& worker = *idle_.back();
  idle_.pop_back();
  worker.task = std::move(task);
  worker.wake.notify_one();
  return true;
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;  // destroyed after the lock is gone
  {
    const std::unique_lock lock(mutex_);
    stopped_ = true;
    dropped.swap(waiting_);
    for (const auto& worker : workers_) worker->wake.notify_one();
  }
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

void WorkerPool::work(Worker& worker) {
  while (std::function<void()> task = next_task(worker)) task();
}

std::function<void()> WorkerPool::next_task(Worker& worker) {
  std::unique_lock lock(mutex_);
  if (!waiting_.empty()) {
    std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    return task;
  }
  if (stopped_) return {};
  idle_.push_back(&worker);
  worker.wake.wait(lock, [&] { return worker.task || stopped_; });
  return std::exchange(worker.task, {});
}

}  // namespace claviger::http
