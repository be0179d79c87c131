// Tells those who wait that the change log has grown. Only a hint: the log itself is the truth, and
// whoever waits looks at it again after a while in any case.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "claviger/base/time.h"
#include "claviger/core/version.h"

namespace claviger::service {

class ChangeSignal {
 public:
  /// A change of that version is committed. Thread-safe.
  void announce(core::Version version);

  /// Waits until a version beyond `known` is announced or wake() is called, at most that long.
  void wait_beyond(core::Version known, Microseconds at_most);

  /// Ends the present waits.
  void wake();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  core::Version latest_;
  std::uint64_t wakes_ = 0;
};

}  // namespace claviger::service
