#include "claviger/service/veeam_logins.h"

#include "audit_entry.h"
#include "key_access.h"
#include "key_ceiling.h"
#include "key_steps.h"
#include "user_access.h"
#include "write_as.h"

#include <map>

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/service/sessions.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/organizations.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"
#include "claviger/store/veeam_logins.h"

namespace claviger::service {
namespace {

using core::AccessKey;

Error no_such_login() {
  return Error::refused(ErrorCode::kNotFound, "There is no such login of this user.");
}

/// Looks up whose keys they are, each user and organization once.
class Owners {
 public:
  explicit Owners(const store::ReadTransaction& tx) : tx_(tx) {}

  /// Whoever sees a key sees whose it is, deleted or not, so the look-ups are over all tenants.
  Result<LoginView> view(Context& context, AccessKey key) {
    const store::AllTenants all;
    LoginView view;
    view.user =
        TRY(of(users_, key.maker, [&] { return store::get_user_ever(tx_, all, key.maker); }));
    view.organization = TRY(of(organizations_, key.organization, [&] {
      return store::get_organization_ever(tx_, all, key.organization);
    }));
    // Without its last use, which nobody asks for here and which costs a file each.
    view.key.status = core::status_at(key, context.clock.now());
    view.key.key = std::move(key);
    return view;
  }

 private:
  template <class Id, class Value, class Get>
  static Result<Value> of(std::map<Id, Value>& known, const Id& id, Get get) {
    const auto found = known.find(id);
    if (found != known.end()) return found->second;
    return known.emplace(id, TRY(get())).first->second;
  }

  const store::ReadTransaction& tx_;
  std::map<core::UserId, core::User> users_;
  std::map<core::OrganizationId, core::Organization> organizations_;
};

/// Where the caller sees all keys; elsewhere, one's own alone.
store::Scope seen_by(const Caller& caller) {
  return scope_of(caller.principal, kViewing.any);
}

bool sees_others(const Caller& caller) {
  return caller.principal.permissions.contains(kViewing.any);
}

/// Of the search, whose logins are shown; what is not to be seen looks absent.
Result<store::LoginFilter> filter_of(const store::ReadTransaction& tx, const Caller& caller,
                                     const LoginSearch& search) {
  store::LoginFilter filter{.user = search.user};
  const bool is_self = search.user == caller.principal.user;
  if (search.user && !is_self) {
    if (!sees_others(caller)) return fail(no_such_login());
    TRY(store::get_user(tx, seen_by(caller), *search.user));
  }
  if (!search.user && !sees_others(caller)) filter.user = caller.principal.user;
  return filter;
}

Result<AccessKey> find_login(const store::ReadTransaction& tx, const Caller& caller,
                             const LoginName& name) {
  const auto filter = TRY(filter_of(tx, caller, {.user = name.user}));
  auto found = TRY(store::list_logins(tx, seen_by(caller), {filter.user, name.number}, {}));
  if (found.items.empty()) return fail(no_such_login());
  return std::move(found.items.front());
}

/// Switches it, if it is not so already.
Result<void> turn(store::WriteTransaction& tx, const Caller& caller, const AccessKey& key,
                  LoginSwitch to) {
  const core::KeyState wanted =
      to == LoginSwitch::kOn ? core::KeyState::kActive : core::KeyState::kDisabled;
  const AccessKey before = TRY(key_for(tx, caller, key.id, kStopping));
  if (before.state == wanted) return {};
  if (to == LoginSwitch::kOn) TRY(require_reach(tx, caller, before));
  TRY(change_state(tx, caller, before,
                   to == LoginSwitch::kOn ? core::KeyAction::kEnable : core::KeyAction::kDisable));
  return {};
}

Result<void> describe(store::WriteTransaction& tx, const Caller& caller, const core::KeyId& id,
                      const std::string& description) {
  const AccessKey before = TRY(key_for(tx, caller, id, kEditing));
  if (before.description == description) return {};
  AccessKey key = before;
  key.description = description;
  TRY(store::update_key(tx, store::TenantScope{key.organization}, key));
  return audit_key(tx, caller, "key.update", key,
                   Changes().changed("description", before.description, key.description));
}

}  // namespace

Result<std::vector<LoginView>> list_logins(Context& context, const Caller& caller,
                                           const LoginSearch& search) {
  using Views = std::vector<LoginView>;
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    const store::LoginFilter filter = TRY(filter_of(tx, caller, search));
    store::Scope scope = seen_by(caller);
    if (search.organization) {
      TRY(store::get_organization(tx, scope, *search.organization));
      scope = store::TenantScope{*search.organization};
    }
    Owners owners(tx);
    Views views;
    store::LoginPage page{.limit = store::kMaxPageSize};
    for (bool has_more = true; has_more;) {
      auto listed = TRY(store::list_logins(tx, scope, filter, page));
      has_more = listed.has_more;
      if (views.size() + listed.items.size() > kMostLogins)
        return fail(Error::refused(
            ErrorCode::kLimitReached,
            fmt::format("There are more than {} logins. Ask for those of one user or of one "
                        "organization.",
                        kMostLogins)));
      if (has_more) page.after = listed.items.back().login_number.value_or(0);
      for (AccessKey& key : listed.items)
        views.push_back(TRY(owners.view(context, std::move(key))));
    }
    return views;
  });
}

Result<LoginView> get_login(Context& context, const Caller& caller, const LoginName& name) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<LoginView> {
    return Owners(tx).view(context, TRY(find_login(tx, caller, name)));
  });
}

Result<LoginView> change_login(Context& context, const Caller& caller, const LoginName& name,
                               const LoginChange& change) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<LoginView> {
    const AccessKey key = TRY(find_login(tx, caller, name));
    if (change.description) TRY(describe(tx, caller, key.id, *change.description));
    if (change.to) TRY(turn(tx, caller, key, *change.to));
    return Owners(tx).view(context, TRY(find_login(tx, caller, name)));
  });
}

Result<void> delete_login(Context& context, const Caller& caller, const LoginName& name) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const AccessKey found = TRY(find_login(tx, caller, name));
    const AccessKey before = TRY(key_for(tx, caller, found.id, kStopping));
    TRY(change_state(tx, caller, before, core::KeyAction::kRevoke));
    const store::TenantScope scope{before.organization};
    TRY(remove_key(tx, caller, TRY(store::get_key(tx, scope, before.id))));
    return {};
  });
}

Result<void> end_tokens_of(Context& context, const Caller& caller, core::UserId id) {
  if (id != caller.principal.user) {
    TRY(end_sessions_of(context, caller, id));
    return {};
  }
  TRY(require_person(caller));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const auto ended = TRY(store::delete_sessions_of(tx, id, std::nullopt));
    if (ended == 0) return {};
    return tx.audit(audit_of(caller, {.action = "user.end-sessions",
                                      .organization = caller.principal.organization,
                                      .target_kind = "user",
                                      .target_id = id.str(),
                                      .changes = Changes().made("ended", ended)}));
  });
}

}  // namespace claviger::service
