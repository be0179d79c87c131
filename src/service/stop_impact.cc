#include "claviger/service/stop_impact.h"

#include "counted_calls.h"

namespace claviger::service {

Result<StopImpact> stop_impact(Context& context, const std::vector<KeyHolder>& stopped) {
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<StopImpact> {
    std::vector<store::HeldKey> keys;
    for (const KeyHolder& holder : stopped) {
      const auto held = TRY(store::keys_held_by(tx, holder, now));
      keys.insert(keys.end(), held.begin(), held.end());
    }
    return StopImpact{.keys = static_cast<std::int64_t>(keys.size()),
                      .calls = count_calls(context.state_directory, keys, now - kImpactWindow)};
  });
}

}  // namespace claviger::service
