#include "claviger/service/keys.h"

#include "key_access.h"

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/key_list.h"

namespace claviger::service {
namespace {

/// Leaves of a filter what the caller may see. Within an application, revoked keys are hidden.
/// Errors: kPermissionDenied for another's keys.
Result<store::Scope> narrow(const store::ReadTransaction& tx, const Caller& caller,
                            KeyFilter& filter) {
  const core::Principal& principal = caller.principal;
  if (filter.application) filter.revoked = store::Revoked::kLeftOut;
  if (!principal.permissions.contains(kViewing.any)) {
    if (filter.application_owner.value_or(principal.user) != principal.user)
      return fail(lacks(tx, principal, kViewing.any));
    // Beyond one application, what is left of another's keys would look like all of them.
    if (!filter.application && filter.maker.value_or(principal.user) != principal.user)
      return fail(lacks(tx, principal, kViewing.any));
    filter.application_owner = principal.user;
  }
  return scope_of(principal, kViewing.any);
}

/// An application that is named has to be one whose keys the caller may see: an empty list would
/// say that it has none.
Result<void> check_application(const store::ReadTransaction& tx, const Caller& caller,
                               const store::Scope& scope, const KeyFilter& filter) {
  if (!filter.application) return {};
  return check_right_within(tx, caller, TRY(store::get_application(tx, scope, *filter.application)),
                            kViewing);
}

Result<void> check_order(const KeyFilter& filter, store::KeyOrder order) {
  if (store::is_indexed(filter, order)) return {};
  return fail(Error::invalid(
      {{"sort", "not-with-api-id",
        PublicText("The keys of an API come by \"createdAt\" or \"-createdAt\". Name the "
                   "application or the owner as well for another order.")}}));
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
  filter.now = context.clock.now();
  auto listed =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::AccessKey>> {
        const store::Scope scope = TRY(narrow(tx, caller, filter));
        TRY(check_application(tx, caller, scope, filter));
        TRY(check_order(filter, page.order));
        return store::list_keys(tx, scope, filter, page);
      }));
  return views_of(context, std::move(listed));
}

Result<KeyCounts> count_keys(Context& context, const Caller& caller, KeyFilter filter) {
  filter.now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<KeyCounts> {
    const store::Scope scope = TRY(narrow(tx, caller, filter));
    TRY(check_application(tx, caller, scope, filter));
    return store::count_keys_by_status(tx, scope, filter);
  });
}

}  // namespace claviger::service
