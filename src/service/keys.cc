#include "claviger/service/keys.h"

#include "audit_entry.h"
#include "rights.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "claviger/keyring/counters.h"
#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"

namespace claviger::service {
namespace {

using core::Permission;

/// As the store says it of a key that is not there: whoever may not see a key learns no more.
Error no_such_key() {
  return Error::refused(ErrorCode::kNotFound, "There is no such key.");
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

/// Compiles what is asked for, grant by grant, against what the caller holds now.
class GrantsCompiler {
 public:
  GrantsCompiler(const store::ReadTransaction& tx, const Caller& caller, const NewKey& wanted)
      : tx_(tx), caller_(caller), wanted_(wanted) {}

  Result<std::vector<core::Grant>> compile() {
    for (std::size_t i = 0; i < wanted_.grants.size(); ++i) {
      TRY(compile_one(wanted_.grants[i], fmt::format("/grants/{}", i)));
      // APIs that would only add to a full list are not even loaded.
      if (faults_.size() >= kMostFaults) return fail(Error::invalid(std::move(faults_)));
    }
    for (std::size_t i = 0; i < wanted_.scopes.size(); ++i) {
      const std::string& scope = wanted_.scopes[i];
      if (known_scopes_.count(scope) == 0)
        fault(fmt::format("/scopes/{}", i), "unknown-scope",
              fmt::format("None of the granted APIs has the scope \"{}\".", scope));
    }
    if (!faults_.empty()) return fail(Error::invalid(std::move(faults_)));
    return std::move(grants_);
  }

 private:
  Result<void> compile_one(const core::NamedGrant& named, const std::string& pointer) {
    if (!seen_.insert(named.api).second) {
      fault(pointer + "/api", "named-twice",
            fmt::format("The API \"{}\" stands twice; put all of it into one grant.", named.api));
      return {};
    }
    const auto found = TRY(find_api(tx_, caller_.principal, named.api));
    if (!found) {
      fault(pointer + "/api", "unknown-api",
            fmt::format("There is no API \"{}\" that you may use.", named.api));
      return {};
    }
    known_scopes_.insert(found->api.scopes.begin(), found->api.scopes.end());
    const auto grant = core::compile_grant(named, found->api, wanted_.scopes, pointer);
    if (!grant) {
      add(grant.error().faults());
      return {};
    }
    add(core::excess_of(*grant, found->rights, found->api, pointer));
    grants_.push_back(*grant);
    return {};
  }

  void fault(std::string pointer, std::string code, std::string detail) {
    faults_.push_back({std::move(pointer), std::move(code), PublicText(std::move(detail))});
  }

  void add(const std::vector<Fault>& faults) {
    faults_.insert(faults_.end(), faults.begin(), faults.end());
  }

  const store::ReadTransaction& tx_;
  const Caller& caller_;
  const NewKey& wanted_;
  std::set<std::string_view> seen_;
  std::set<std::string, std::less<>> known_scopes_;
  std::vector<core::Grant> grants_;
  std::vector<Fault> faults_;
};

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

/// The application is active, and the caller may make keys for it.
Result<void> check_application(const store::ReadTransaction& tx, const Caller& caller,
                               core::ApplicationId id) {
  const core::Application application =
      TRY(store::get_application(tx, store::TenantScope::of(caller.principal), id));
  const bool may = caller.principal.permissions.contains(Permission::kCreateKeysForAny) ||
                   is_mine(caller, application);
  if (!may) return fail(lacks(Permission::kCreateKeysForAny));
  if (application.status != core::ApplicationStatus::kActive)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application is revoked; it takes no more keys."));
  return {};
}

/// The limit counts active keys, and is looked at whenever one becomes active.
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
    TRY(tx.audit(
        audit_of(caller, {.action = transition.audit,
                          .organization = before.organization,
                          .target_kind = "key",
                          .target_id = id.str(),
                          .changes = Changes().changed("state", core::to_string(before.state),
                                                       core::to_string(to))})));
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
      [&](store::ReadTransaction& tx) { return GrantsCompiler(tx, caller, wanted).compile(); }));
  // So is all else that needs no row: there is one writer, and others wait for it.
  const auto id = core::KeyId::make(context.clock.now(), context.random);
  Secret secret = core::make_secret(core::SecretKind::kAccessKey, context.random);
  const core::KeySecret stored{.digest = sha256(secret.reveal()), .not_after = kEndOfTime};
  core::AccessKey key =
      TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<core::AccessKey> {
        TRY(check_application(tx, caller, wanted.application));
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
  // The key works when its secret is shown, at the gateways that report to this server and in time;
  // any other may refuse it for a moment.
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
