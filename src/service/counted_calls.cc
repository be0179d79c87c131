#include "counted_calls.h"

#include <algorithm>

#include "claviger/keyring/counters.h"

namespace claviger::service {

CountedCalls count_calls(const std::string& state_directory,
                         const std::vector<store::HeldKey>& keys, Time from) {
  CountedCalls calls{.since = keyring::counted_since(state_directory)};
  if (!calls.since) return calls;
  std::vector<Uuid> slots;
  for (const store::HeldKey& key : keys) slots.push_back(key.id.uuid());
  const auto counts = keyring::find_counts(state_directory, slots);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const keyring::CallCount& count = counts[i];
    const auto last = count.last_use();
    if (!last || last->at < from) continue;
    const bool all_lie_within = std::max(keys[i].created_at, *calls.since) >= from;
    calls.at_least += all_lie_within ? count.calls : 1;
    calls.at_most += count.calls;
  }
  return calls;
}

}  // namespace claviger::service
