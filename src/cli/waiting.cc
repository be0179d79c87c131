#include "waiting.h"

#include <chrono>
#include <string_view>

namespace claviger::cli {

Waiting::Waiting(const Environment& environment) : environment_(environment) {
  if (environment.err_is_terminal && environment.variable("TERM") != "dumb")
    thread_ = std::thread(&Waiting::turn, this);
}

Waiting::~Waiting() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Waiting::turn() {
  using std::chrono::milliseconds;
  constexpr std::string_view kPositions = "|/-\\";
  const auto is_over = [this] { return is_over_; };
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, milliseconds(500), is_over)) return;
  for (std::size_t i = 0; !ended_.wait_for(lock, milliseconds(100), is_over); ++i)
    environment_.err << '\r' << kPositions[i % kPositions.size()] << std::flush;
  environment_.err << "\r \r" << std::flush;
}

}  // namespace claviger::cli
