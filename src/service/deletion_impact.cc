#include "claviger/service/deletion_impact.h"

#include "counted_calls.h"
#include "user_access.h"

#include <utility>

#include "claviger/store/access_keys.h"
#include "claviger/store/user_holdings.h"

namespace claviger::service {

Result<DeletionImpact> deletion_impact(Context& context, const Caller& caller, core::UserId id) {
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<DeletionImpact> {
    const core::User user = TRY(oneself_or_managed(tx, caller, id));
    const store::UserHoldings holdings = TRY(store::holdings_of(tx, id, now));
    DeletionImpact impact{
        .applications = {},
        .application_count = holdings.applications,
        .keys = holdings.keys_in_them,
        .keys_elsewhere = holdings.keys_elsewhere,
        .calls = count_calls(context.state_directory, TRY(store::keys_held_by(tx, id, now)),
                             now - kImpactWindow)};
    for (core::Application& application : TRY(active_applications_of(tx, user)).items) {
      const auto keys = TRY(
          store::count_active_keys(tx, store::TenantScope{user.organization}, application.id, now));
      impact.applications.push_back({std::move(application), static_cast<int>(keys)});
    }
    return impact;
  });
}

}  // namespace claviger::service
