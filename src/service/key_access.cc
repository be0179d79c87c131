#include "key_access.h"

#include <array>

#include <fmt/format.h>

#include "claviger/keyring/counters.h"
#include "claviger/service/access.h"
#include "claviger/store/applications.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

constexpr std::chrono::milliseconds kLongestWaitForNewSecret{500};

bool holds(const Caller& caller, const core::Application& application, const KeyRight& right) {
  return caller.principal.holds(right.any, application.organization) ||
         (is_mine(caller, application) && caller.principal.permissions.contains(right.mine));
}

core::Permission missing(const Caller& caller, const core::Application& application,
                         const KeyRight& right) {
  return is_mine(caller, application) ? right.mine : right.any;
}

keyring::CallCount count_of(Context& context, core::KeyId key) {
  return keyring::find_counts(context.state_directory, std::array{key.uuid()}).front();
}

KeyView view_of(core::AccessKey key, const keyring::CallCount& count, Time now) {
  KeyView view;
  view.status = core::status_at(key, now);
  view.last_use = count.last_use();
  view.key = std::move(key);
  return view;
}

}  // namespace

Error no_such_key() {
  return Error::refused(ErrorCode::kNotFound, "There is no such key.");
}

bool is_mine(const Caller& caller, const core::Application& application) {
  return application.owner == caller.principal.user;
}

Result<void> check_right(const store::ReadTransaction& tx, const Caller& caller,
                         const core::Application& application, const KeyRight& right) {
  if (holds(caller, application, right)) return {};
  if (!is_mine(caller, application) &&
      !caller.principal.holds(kViewing.any, application.organization))
    return fail(no_such_key());
  return fail(lacks(tx, caller.principal, missing(caller, application, right)));
}

Result<void> check_right_within(const store::ReadTransaction& tx, const Caller& caller,
                                const core::Application& application, const KeyRight& right) {
  if (holds(caller, application, right)) return {};
  if (!is_mine(caller, application) &&
      !caller.principal.holds(core::Permission::kViewApplications, application.organization))
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such application."));
  return fail(lacks(tx, caller.principal, missing(caller, application, right)));
}

Result<core::AccessKey> key_for(const store::ReadTransaction& tx, const Caller& caller,
                                core::KeyId id, const KeyRight& right) {
  const core::Principal& principal = caller.principal;
  const bool views_more = principal.permissions_below.contains(kViewing.any);
  core::AccessKey key =
      TRY(store::get_key(tx, scope_of(principal, views_more ? kViewing.any : right.any), id));
  const core::Application application =
      TRY(store::get_application(tx, store::TenantScope{key.organization}, key.application));
  TRY(check_right(tx, caller, application, right));
  TRY(require_seen(caller, key.version));
  return key;
}

Result<bool> is_held_by_active(const store::ReadTransaction& tx, const core::AccessKey& key) {
  const store::TenantScope scope{key.organization};
  const auto application = TRY(store::get_application(tx, scope, key.application));
  const auto owner = TRY(store::get_user_ever(tx, store::AllTenants{}, application.owner));
  return application.status == core::ApplicationStatus::kActive &&
         owner.status == core::AccountStatus::kEnabled;
}

KeyView view_of(Context& context, core::AccessKey key) {
  const keyring::CallCount count = count_of(context, key.id);
  return view_of(std::move(key), count, context.clock.now());
}

Listed<KeyView> views_of(Context& context, Listed<core::AccessKey> keys) {
  std::vector<Uuid> slots;
  for (const core::AccessKey& key : keys.items) slots.push_back(key.id.uuid());
  const auto counts = keyring::find_counts(context.state_directory, slots);
  const Time now = context.clock.now();
  Listed<KeyView> views{.items = {}, .has_more = keys.has_more};
  for (std::size_t i = 0; i < counts.size(); ++i)
    views.items.push_back(view_of(std::move(keys.items[i]), counts[i], now));
  return views;
}

KeyView view_of(Context& context, core::AccessKey key,
                const std::vector<store::StoredSecret>& secrets) {
  const keyring::CallCount count = count_of(context, key.id);
  KeyView view = view_of(std::move(key), count, context.clock.now());
  view.secrets.emplace();
  for (const store::StoredSecret& stored : secrets) {
    const core::SecretId id = core::secret_id_of(stored.secret.digest);
    view.secrets->push_back({.id = id,
                             .hint = stored.hint,
                             .created_at = stored.created_at,
                             .not_after = stored.secret.not_after,
                             .revoked = stored.revoked,
                             .last_use = count.last_use_of(id)});
  }
  return view;
}

Result<void> audit_key(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                       const core::AccessKey& key, Changes changes) {
  return tx.audit(audit_of(caller, {.action = action,
                                    .organization = key.organization,
                                    .target_kind = "key",
                                    .target_id = key.id.str(),
                                    .changes = std::move(changes)}));
}

nlohmann::json audited(const std::vector<store::StoredSecret>& secrets) {
  nlohmann::json list = nlohmann::json::array();
  for (const store::StoredSecret& stored : secrets)
    list.push_back({{"id", core::secret_id_of(stored.secret.digest).str()},
                    {"notAfter", shown(stored.secret.not_after)},
                    {"revoked", stored.revoked}});
  return list;
}

void wait_for_new_secret(Context& context, core::Version version, Time changed_at) {
  if (context.database.is_rehearsal()) return;
  context.gateways.wait_applied(version, changed_at,
                                std::chrono::steady_clock::now() + kLongestWaitForNewSecret);
}

}  // namespace claviger::service
