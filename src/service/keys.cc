#include "claviger/service/keys.h"

#include "key_access.h"
#include "rights.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/key_browser.h"

namespace claviger::service {
namespace {

using core::Permission;

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

/// The application, which is active, takes keys from the caller, and has room for one more that is
/// not active.
Result<core::Application> application_for(Context& context, const store::ReadTransaction& tx,
                                          const Caller& caller, core::ApplicationId id) {
  core::Application application = TRY(
      store::get_application(tx, scope_of(caller.principal, Permission::kViewApplications), id));
  if (application.organization != caller.principal.organization)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A key acts with its maker's rights, so only the users of the "
                               "application's own organization make keys for it."));
  if (!is_mine(caller, application) && !caller.principal.permissions.contains(kCreating.any))
    return fail(lacks(kCreating.any));
  if (application.status != core::ApplicationStatus::kActive)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application is revoked; it takes no more keys."));
  const int most = context.limits.inactive_keys_per_application;
  if (most <= 0) return application;
  const auto keys = TRY(store::count_keys_of_application(
      tx, store::TenantScope{application.organization}, id, context.clock.now()));
  if (keys.others < most) return application;
  return fail(Error::refused(
      ErrorCode::kLimitReached,
      fmt::format("This application has {} keys that are not active. Delete some that are revoked.",
                  keys.others)));
}

core::AccessKey key_of(const NewKey& wanted, const Caller& caller,
                       const core::Application& application, const Secret& secret, Time now) {
  core::AccessKey key;
  key.organization = application.organization;
  key.application = application.id;
  key.maker = caller.principal.user;
  key.kind = core::SecretKind::kAccessKey;
  key.name = wanted.name;
  key.description = wanted.description;
  key.metadata = wanted.metadata;
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

/// What the audit tells of a new key.
Changes what_was_made(const core::AccessKey& key) {
  std::vector<std::string> apis;
  for (const core::NamedGrant& grant : key.grants) apis.push_back(grant.api);
  return Changes()
      .made("name", key.name)
      .made("applicationId", key.application)
      .made("apis", apis)
      .made("scopes", key.scopes)
      .made("readOnly", key.read_only)
      .made("expiresAt", key.expires_at);
}

std::vector<std::string> warnings_for(Context& context) {
  if (context.gateways.has_live()) return {};
  return {"No live gateway enforces keys at present: until one is up, this key opens nothing."};
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
        const core::Application application =
            TRY(application_for(context, tx, caller, wanted.application));
        core::AccessKey made = key_of(wanted, caller, application, secret, tx.now());
        TRY(check_active_limit(context, tx, made));
        made.id = id;
        made.expires_at = TRY(expiry_of(wanted, tx.now()));
        made.version = TRY(
            store::create_key(tx, store::TenantScope{made.organization}, {made, grants, {stored}}));
        TRY(audit_key(tx, caller, "key.create", made, what_was_made(made)));
        return made;
      }));
  // The key works when its secret is shown, at the gateways that report to this server and in time;
  // any other may refuse it for a moment.
  wait_for_new_secret(context, key.version, key.created_at);
  return IssuedKey{view_of(context, std::move(key)), std::move(secret), warnings_for(context)};
}

Result<KeyView> get_key(Context& context, const Caller& caller, core::KeyId id) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<KeyView> {
    core::AccessKey key = TRY(key_for(tx, caller, id, kViewing));
    const auto secrets = TRY(store::list_secrets(tx, store::TenantScope{key.organization}, id));
    return view_of(context, std::move(key), secrets);
  });
}

Result<Listed<KeyView>> list_keys(Context& context, const Caller& caller, const KeyFilter& filter,
                                  const Page<core::KeyId>& page) {
  const auto scope = scope_of(caller.principal, Permission::kViewKeysOfAny);
  store::KeyFilter rows{
      .now = context.clock.now(),
      .application = filter.application,
      .application_owner = std::nullopt,
      .status = filter.status,
      .revoked = filter.application ? store::Revoked::kLeftOut : store::Revoked::kIncluded};
  if (!caller.principal.permissions.contains(Permission::kViewKeysOfAny))
    rows.application_owner = caller.principal.user;
  std::optional<store::KeyPosition> position;
  if (page.after) position = store::KeyPosition{.id = *page.after};
  auto listed =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::AccessKey>> {
        if (filter.application) TRY(store::get_application(tx, scope, *filter.application));
        return store::list_keys(tx, scope, rows, {.limit = page.limit, .after = position});
      }));
  Listed<KeyView> views{.items = {}, .has_more = listed.has_more};
  for (core::AccessKey& key : listed.items) views.items.push_back(view_of(context, std::move(key)));
  return views;
}

}  // namespace claviger::service
