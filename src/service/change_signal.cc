#include "claviger/service/change_signal.h"

#include <algorithm>

namespace claviger::service {

void ChangeSignal::announce(core::Version version) {
  {
    const std::lock_guard lock(mutex_);
    latest_ = std::max(latest_, version);
  }
  changed_.notify_all();
}

void ChangeSignal::wait_beyond(core::Version known, Microseconds at_most) {
  std::unique_lock lock(mutex_);
  const std::uint64_t wakes_before = wakes_;
  changed_.wait_for(lock, at_most, [&] { return latest_ > known || wakes_ != wakes_before; });
}

void ChangeSignal::wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  changed_.notify_all();
}

}  // namespace claviger::service
