#include "claviger/service/consumers.h"

#include "key_access.h"
#include "key_steps.h"
#include "rights.h"
#include "write_as.h"

#include <algorithm>
#include <vector>

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/apis.h"
#include "claviger/store/key_list.h"

namespace claviger::service {
namespace {

/// The API, if the caller manages it.
Result<core::Api> managed_api(const store::ReadTransaction& tx, const Caller& caller,
                              core::ApiId id) {
  ApiWithRights found = TRY(get_api_with_rights(tx, caller.principal, id));
  if (!found.manages)
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such API that you manage."));
  return std::move(found.api);
}

bool is_on_this_api_alone(const core::AccessKey& key, const core::Api& api) {
  return std::all_of(key.grants.begin(), key.grants.end(), [&](const core::NamedGrant& grant) {
    return grant.api == api.name || core::is_withdrawn(key, grant.api);
  });
}

/// What the key's owner has elsewhere is none of the provider's business.
core::AccessKey seen_by_provider(core::AccessKey key, const core::Api& api) {
  std::erase_if(key.grants, [&](const core::NamedGrant& grant) { return grant.api != api.name; });
  std::erase_if(key.scopes, [&](const std::string& scope) {
    return std::find(api.scopes.begin(), api.scopes.end(), scope) == api.scopes.end();
  });
  key.predecessor.reset();
  key.successor.reset();
  return key;
}

/// A key's uses are of all its APIs together.
void hide_use_elsewhere(KeyView& view, bool is_on_this_api_alone) {
  if (!is_on_this_api_alone) view.last_use.reset();
}

/// Both organizations find it in their audit.
Result<void> audit_withdrawal(store::WriteTransaction& tx, const Caller& caller,
                              const core::AccessKey& key, const core::Api& api) {
  core::AccessKey after = key;
  after.withdrawn.push_back(api.name);
  TRY(audit_key(tx, caller, "key.withdraw-grant", key, Changes::between(shown(key), shown(after))));
  if (key.organization == api.organization) return {};
  return tx.audit(audit_of(caller, {.action = "api.withdraw-grant",
                                    .organization = api.organization,
                                    .target_kind = "api",
                                    .target_id = api.id.str(),
                                    .changes = Changes::between(shown(seen_by_provider(key, api)),
                                                                shown(seen_by_provider(after, api)))
                                                   .made("keyId", key.id)}));
}

}  // namespace

Result<Listed<KeyView>> list_consumer_keys(Context& context, const Caller& caller, core::ApiId api,
                                           const Page<core::KeyId>& page) {
  store::KeyFilter filter{.now = context.clock.now(), .api = api};
  store::KeyPage rows{.limit = page.limit};
  if (page.after) rows.after = store::KeyPosition{.id = *page.after};
  std::vector<bool> alone;
  auto listed =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::AccessKey>> {
        const core::Api managed = TRY(managed_api(tx, caller, api));
        // A provider sees its consumers, whatever organization they are of.
        auto keys = TRY(store::list_keys(tx, store::AllTenants{}, filter, rows));
        for (core::AccessKey& key : keys.items) {
          alone.push_back(key.grants.size() == 1);
          key = seen_by_provider(std::move(key), managed);
        }
        return keys;
      }));
  auto views = views_of(context, std::move(listed));
  for (std::size_t i = 0; i < alone.size(); ++i) hide_use_elsewhere(views.items[i], alone[i]);
  return views;
}

Result<Changed<KeyView>> withdraw_grant(Context& context, const Caller& caller, core::ApiId api,
                                        core::KeyId id, const Revocation& why) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Changed<KeyView>> {
    const core::Api managed = TRY(managed_api(tx, caller, api));
    const store::AllTenants all;
    if (!TRY(store::holds_grant_on(tx, all, id, api))) return fail(no_such_key());
    const core::AccessKey before = TRY(store::get_key(tx, all, id));
    TRY(require_seen(caller, before.version));
    const store::TenantScope scope{before.organization};
    core::Version version = TRY(store::withdraw_api(tx, scope, id, managed));
    TRY(audit_withdrawal(tx, caller, before, managed));
    const bool ends = is_on_this_api_alone(before, managed) &&
                      core::state_after(before, core::KeyAction::kRevoke, tx.now()).has_value();
    if (ends) version = TRY(change_state(tx, caller, before, core::KeyAction::kRevoke, why));
    core::AccessKey key = seen_by_provider(TRY(store::get_key(tx, scope, id)), managed);
    KeyView view = view_of(context, std::move(key));
    hide_use_elsewhere(view, before.grants.size() == 1);
    return Changed<KeyView>{std::move(view), version, tx.now()};
  });
}

}  // namespace claviger::service
