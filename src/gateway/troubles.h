// What a worker says of its troubles, and how often.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "claviger/base/time.h"

namespace claviger::gateway {

/// Why calls are refused with 503, as the operator has to know it.
enum class Trouble : std::uint8_t {
  kKeyringUnusable,
  kRecordUnreadable,
  kKeyringStale,
  kApiUnknown,
  kNoCounter,
  kFailed,  ///< out of memory, most likely
};

inline constexpr std::size_t kTroubleCount = static_cast<std::size_t>(Trouble::kFailed) + 1;

/// Decides when a trouble is told: when it begins, when its cause changes, and every kRepeat while
/// it lasts. At a hundred thousand refused calls a second that is one line in ten seconds.
class Troubles {
 public:
  static constexpr Microseconds kRepeat = std::chrono::seconds{10};

  /// True if the trouble is to be told now. `cause` tells one cause of a trouble from another.
  bool is_due(Trouble trouble, std::uint8_t cause, Time now);

  /// True once after a trouble that was told.
  bool ends(Trouble trouble);

 private:
  struct Told {
    bool lasts = false;
    std::uint8_t cause = 0;
    Time at;
  };

  std::array<Told, kTroubleCount> told_{};
};

}  // namespace claviger::gateway
