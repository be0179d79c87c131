#include "troubles.h"

namespace claviger::gateway {

bool Troubles::is_due(Trouble trouble, std::uint8_t cause, Time now) {
  Told& told = told_[static_cast<std::size_t>(trouble)];
  const bool same = told.lasts && told.cause == cause;
  // A clock that was set back must not silence the log.
  if (same && now >= told.at && now - told.at < kRepeat) return false;
  told = {.lasts = true, .cause = cause, .at = now};
  return true;
}

bool Troubles::ends(Trouble trouble) {
  Told& told = told_[static_cast<std::size_t>(trouble)];
  const bool lasted = told.lasts;
  told.lasts = false;
  return lasted;
}

}  // namespace claviger::gateway
