#include "claviger/service/keys.h"

#include "audit_entry.h"
#include "rights.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/keyring/counters.h"
#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"

namespace claviger::service {
namespace {

using core::Permission;

Error no_such_key() {
  return Error::refused(ErrorCode::kNotFound, "There is no such access key.");
}

/// Everything about one key that its reader is told.
KeyView view_of(Context& context, core::AccessKey key) {
  KeyView view{.key = std::move(key), .status = {}, .last_used_at = std::nullopt};
  view.status = core::status_at(view.key, context.clock.now());
  if (const auto count = keyring::find_count(context.state_directory, view.key.id.uuid()))
    view.last_used_at = count->last_call;
  return view;
}

/// True if the application is the caller's own: what the "my" permissions speak of.
bool is_mine(const Caller& caller, const core::Application& application) {
  return application.owner == caller.principal.user;
}

// ---- issuing

/// A new key widens: nobody is harmed by a gateway that learns of it later than this.
constexpr std::chrono::milliseconds kLongestWaitForNewKey{500};

struct Compiled {
  std::vector<core::Grant> grants;
  std::vector<Fault> faults;
};

/// One grant as asked for, against what the caller holds on its API now.
Result<void> compile_one(const store::ReadTransaction& tx, const Caller& caller,
                         const NewKey& wanted, std::size_t index, Compiled& compiled,
                         std::vector<std::string>& known_scopes) {
  const core::NamedGrant& named = wanted.grants[index];
  const std::string pointer = fmt::format("/grants/{}", index);
  const auto found = TRY(find_api(tx, caller.principal, named.api));
  if (!found) {
    compiled.faults.push_back(
        {pointer + "/api", "unknown-api",
         PublicText(fmt::format("There is no API \"{}\" that you may use.", named.api))});
    return {};
  }
  known_scopes.insert(known_scopes.end(), found->api.scopes.begin(), found->api.scopes.end());
  const auto grant = core::compile_grant(named, found->api, wanted.scopes, pointer);
  if (!grant) {
    const auto& faults = grant.error().faults();
    compiled.faults.insert(compiled.faults.end(), faults.begin(), faults.end());
    return {};
  }
  const auto excess = core::excess_of(*grant, found->rights, found->api, pointer);
  compiled.faults.insert(compiled.faults.end(), excess.begin(), excess.end());
  compiled.grants.push_back(*grant);
  return {};
}

Result<std::vector<core::Grant>> compile_grants(const store::ReadTransaction& tx,
                                                const Caller& caller, const NewKey& wanted) {
  Compiled compiled;
  std::vector<std::string> known_scopes;
  for (std::size_t i = 0; i < wanted.grants.size(); ++i)
    TRY(compile_one(tx, caller, wanted, i, compiled, known_scopes));
  for (std::size_t i = 0; i < wanted.scopes.size(); ++i) {
    const auto known = std::find(known_scopes.begin(), known_scopes.end(), wanted.scopes[i]);
    if (known == known_scopes.end())
      compiled.faults.push_back(
          {fmt::format("/scopes/{}", i), "unknown-scope",
           PublicText(
               fmt::format("None of the granted APIs has the scope \"{}\".", wanted.scopes[i]))});
  }
  if (!compiled.faults.empty()) return fail(Error::invalid(std::move(compiled.faults)));
  return std::move(compiled.grants);
}

Result<Time> expiry_of(const NewKey& wanted, Time now) {
  Time expires_at = kEndOfTime;
  if (wanted.expires_at) expires_at = *wanted.expires_at;
  if (wanted.expires_in) expires_at = core::after(now, *wanted.expires_in);
  const Time valid_from = std::max(now, wanted.not_before.value_or(now));
  if (expires_at > valid_from) return expires_at;
  return fail(Error::invalid(
      {{"/expiresAt", "never-valid",
        PublicText(
            "The key would have expired before it could be used. Choose a later expiry.")}}));
}

Result<core::Application> application_for_new_key(const store::ReadTransaction& tx,
                                                  const Caller& caller, core::ApplicationId id) {
  core::Application application =
      TRY(store::get_application(tx, store::TenantScope::of(caller.principal), id));
  const bool may = caller.principal.permissions.contains(Permission::kCreateKeysForAny) ||
                   is_mine(caller, application);
  if (!may) return fail(lacks(Permission::kCreateKeysForAny));
  if (application.status != core::ApplicationStatus::kActive)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application is revoked; it takes no more keys."));
  return application;
}

/// The limit counts active keys, and is looked at whenever one becomes active (design.md §3).
Result<void> check_key_limit(Context& context, const store::WriteTransaction& tx,
                             const core::AccessKey& key) {
  const int limit = context.limits.keys_per_application;
  if (limit <= 0) return {};
  const store::TenantScope scope{key.organization};
  const auto active = TRY(store::count_active_keys(tx, scope, key.application, tx.now()));
  if (active < limit) return {};
  return fail(Error::refused(
      ErrorCode::kLimitReached,
      fmt::format("This application has {} of {} active keys. Revoke one, or ask an administrator "
                  "for a higher limit.",
                  active, limit)));
}

core::AccessKey key_of(const NewKey& wanted, const Caller& caller, const Secret& secret, Time now) {
  core::AccessKey key;
  key.organization = caller.principal.organization;
  key.application = wanted.application;
  key.maker = caller.principal.user;
  key.kind = core::SecretKind::kAccessKey;
  key.name = wanted.name;
  key.description = wanted.description;
  key.hint = core::hint_of(secret);
  key.grants = wanted.grants;
  key.scopes = wanted.scopes;
  key.read_only = wanted.read_only;
  key.not_before = wanted.not_before.value_or(kStartOfTime);
  key.allowed_ips = wanted.allowed_ips;
  key.state = core::KeyState::kActive;
  key.created_at = now;
  return key;
}

std::vector<std::string> warnings_for(Context& context) {
  if (context.gateways.has_live()) return {};
  return {"No live gateway enforces keys at present: until one is up, this key opens nothing."};
}

// ---- changing

struct Transition {
  core::KeyAction action{};
  std::string_view audit;
  Revocation revocation;  ///< for kRevoke
};

/// The key, if the caller may stop keys of its application.
Result<core::AccessKey> key_to_change(const store::ReadTransaction& tx, const Caller& caller,
                                      core::KeyId id) {
  const auto scope = store::TenantScope::of(caller.principal);
  core::AccessKey key = TRY(store::get_key(tx, scope, id));
  const core::Application application = TRY(store::get_application(tx, scope, key.application));
  if (is_mine(caller, application) ||
      caller.principal.permissions.contains(Permission::kRevokeKeysOfAny))
    return key;
  if (!caller.principal.permissions.contains(Permission::kViewKeysOfAny))
    return fail(no_such_key());
  return fail(lacks(Permission::kRevokeKeysOfAny));
}

Result<Changed<KeyView>> change_key(Context& context, const Caller& caller, core::KeyId id,
                                    const Transition& transition) {
  const auto scope = store::TenantScope::of(caller.principal);
  using Outcome = Changed<core::AccessKey>;
  Outcome outcome = TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const core::AccessKey before = TRY(key_to_change(tx, caller, id));
    const core::KeyState to = TRY(core::state_after(before, transition.action, tx.now()));
    if (to == core::KeyState::kActive) TRY(check_key_limit(context, tx, before));
    store::KeyStateChange change{.id = id,
                                 .from = before.state,
                                 .to = to,
                                 .reason = std::nullopt,
                                 .comment = transition.revocation.comment};
    if (transition.action == core::KeyAction::kRevoke) change.reason = transition.revocation.reason;
    const core::Version version = TRY(store::change_key_state(tx, scope, change));
    TRY(tx.audit(audit_of(
        caller, {.action = transition.audit,
                 .organization = before.organization,
                 .target_kind = "key",
                 .target_id = id.str(),
                 .detail = fmt::format(R"({{"from":"{}","to":"{}"}})",
                                       core::to_string(before.state), core::to_string(to))})));
    return Outcome{TRY(store::get_key(tx, scope, id)), version, tx.now()};
  }));
  return Changed<KeyView>{view_of(context, std::move(outcome.value)), outcome.version,
                          outcome.changed_at};
}

}  // namespace

Result<IssuedKey> issue_key(Context& context, const Caller& caller, const NewKey& wanted) {
  // Names are resolved beside the writer. The numbers that they stand for never change, and the
  // rights are looked at again on every call.
  const std::vector<core::Grant> grants = TRY(context.database.read(
      [&](store::ReadTransaction& tx) { return compile_grants(tx, caller, wanted); }));
  // So is all else that needs no row: there is one writer, and others wait for it.
  const auto id = core::KeyId::make(context.clock.now(), context.random);
  Secret secret = core::make_secret(core::SecretKind::kAccessKey, context.random);
  const core::KeySecret stored{.digest = sha256(secret.reveal()), .not_after = kEndOfTime};
  core::AccessKey key =
      TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<core::AccessKey> {
        TRY(application_for_new_key(tx, caller, wanted.application));
        core::AccessKey made = key_of(wanted, caller, secret, tx.now());
        TRY(check_key_limit(context, tx, made));
        made.id = id;
        made.expires_at = TRY(expiry_of(wanted, tx.now()));
        made.version = TRY(store::create_key(tx, store::TenantScope::of(caller.principal),
                                             {made, grants, {stored}}));
        TRY(tx.audit(audit_of(caller, {.action = "key.create",
                                       .organization = made.organization,
                                       .target_kind = "key",
                                       .target_id = made.id.str()})));
        return made;
      }));
  // A key works from the moment at which its secret is shown.
  context.gateways.wait_applied(key.version, key.created_at,
                                std::chrono::steady_clock::now() + kLongestWaitForNewKey);
  const core::KeyStatus status = core::status_at(key, context.clock.now());
  return IssuedKey{
      {std::move(key), status, std::nullopt}, std::move(secret), warnings_for(context)};
}

Result<KeyView> get_key(Context& context, const Caller& caller, core::KeyId id) {
  const auto scope = store::TenantScope::of(caller.principal);
  core::AccessKey key =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<core::AccessKey> {
        core::AccessKey found = TRY(store::get_key(tx, scope, id));
        const bool may = caller.principal.permissions.contains(Permission::kViewKeysOfAny) ||
                         is_mine(caller, TRY(store::get_application(tx, scope, found.application)));
        if (!may) return fail(no_such_key());
        return found;
      }));
  return view_of(context, std::move(key));
}

Result<Listed<KeyView>> list_keys(Context& context, const Caller& caller, const KeyFilter& filter,
                                  const Page<core::KeyId>& page) {
  const auto scope = store::TenantScope::of(caller.principal);
  store::KeyFilter rows{
      .now = context.clock.now(),
      .application = filter.application,
      .application_owner = std::nullopt,
      .status = filter.status,
      .revoked = filter.application ? store::Revoked::kLeftOut : store::Revoked::kIncluded};
  if (!caller.principal.permissions.contains(Permission::kViewKeysOfAny))
    rows.application_owner = caller.principal.user;
  auto listed =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::AccessKey>> {
        if (filter.application) TRY(store::get_application(tx, scope, *filter.application));
        return store::list_keys(tx, scope, rows, page);
      }));
  Listed<KeyView> views{.items = {}, .has_more = listed.has_more};
  for (core::AccessKey& key : listed.items) views.items.push_back(view_of(context, std::move(key)));
  return views;
}

Result<Changed<KeyView>> revoke_key(Context& context, const Caller& caller, core::KeyId id,
                                    const Revocation& revocation) {
  return change_key(context, caller, id, {core::KeyAction::kRevoke, "key.revoke", revocation});
}

Result<Changed<KeyView>> disable_key(Context& context, const Caller& caller, core::KeyId id) {
  return change_key(context, caller, id, {core::KeyAction::kDisable, "key.disable", {}});
}

Result<Changed<KeyView>> enable_key(Context& context, const Caller& caller, core::KeyId id) {
  return change_key(context, caller, id, {core::KeyAction::kEnable, "key.enable", {}});
}

}  // namespace claviger::service
