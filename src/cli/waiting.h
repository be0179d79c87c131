// A sign of life while a server takes its time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "claviger/cli/environment.h"

namespace claviger::cli {

/// While it lives, and from half a second on, something turns on standard error if that is a
/// terminal. Nobody else writes there meanwhile.
class Waiting {
 public:
  explicit Waiting(const Environment& environment);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  void turn();

  const Environment& environment_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace claviger::cli
