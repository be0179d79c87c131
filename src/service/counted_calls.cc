#include "counted_calls.h"

#include <algorithm>

#include "claviger/keyring/counters.h"

namespace claviger::service {

CountedCalls count_calls(const std::string& state_directory,
                         const std::vector<store::HeldKey>& keys, Time from) {
  CountedCalls calls{.since = keyring::counted_since(state_directory)};
  if (!calls.since) return calls;
  for (const store::HeldKey& key : keys) {
    const auto count = keyring::find_count(state_directory, key.id.uuid());
    if (!count || count->last_call < from) continue;
    const bool all_lie_within = std::max(key.created_at, *calls.since) >= from;
    calls.at_least += all_lie_within ? count->calls : 1;
    calls.at_most += count->calls;
  }
  return calls;
}

}  // namespace claviger::service
