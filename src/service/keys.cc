#include "claviger/service/keys.h"

#include "key_access.h"

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/key_browser.h"

namespace claviger::service {
namespace {

/// Leaves of a filter what the caller may see. Within an application, revoked keys are hidden.
store::Scope narrow(Context& context, const Caller& caller, KeyFilter& filter) {
  filter.now = context.clock.now();
  if (filter.application) filter.revoked = store::Revoked::kLeftOut;
  if (!caller.principal.permissions.contains(kViewing.any))
    filter.application_owner = caller.principal.user;
  return scope_of(caller.principal, kViewing.any);
}

}  // namespace

Result<KeyView> get_key(Context& context, const Caller& caller, core::KeyId id) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<KeyView> {
    core::AccessKey key = TRY(key_for(tx, caller, id, kViewing));
    const auto secrets = TRY(store::list_secrets(tx, store::TenantScope{key.organization}, id));
    return view_of(context, std::move(key), secrets);
  });
}

Result<Listed<KeyView>> list_keys(Context& context, const Caller& caller, KeyFilter filter,
                                  const KeyPage& page) {
  const store::Scope scope = narrow(context, caller, filter);
  auto listed =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::AccessKey>> {
        if (filter.application) TRY(store::get_application(tx, scope, *filter.application));
        return store::list_keys(tx, scope, filter, page);
      }));
  Listed<KeyView> views{.items = {}, .has_more = listed.has_more};
  for (core::AccessKey& key : listed.items) views.items.push_back(view_of(context, std::move(key)));
  return views;
}

Result<KeyCounts> count_keys(Context& context, const Caller& caller, KeyFilter filter) {
  const store::Scope scope = narrow(context, caller, filter);
  return context.database.read([&](store::ReadTransaction& tx) -> Result<KeyCounts> {
    if (filter.application) TRY(store::get_application(tx, scope, *filter.application));
    return store::count_keys_by_status(tx, scope, filter);
  });
}

}  // namespace claviger::service
