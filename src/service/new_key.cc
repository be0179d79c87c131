#include "new_key.h"

#include "key_access.h"
#include "key_ceiling.h"
#include "key_expiry.h"
#include "number_limits.h"

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/veeam_logins.h"

namespace claviger::service {
namespace {

using core::ApplicationUse;

core::AccessKey key_of(const Caller& caller, const core::Application& application,
                       const KeyToMake& made, Time now) {
  const NewKey& wanted = made.wanted;
  core::AccessKey key;
  key.id = made.id;
  key.organization = application.organization;
  key.application = application.id;
  key.maker = caller.principal.user;
  key.kind = made.kind;
  key.name = wanted.name;
  key.description = wanted.description;
  key.hint = made.hint;
  key.grants = wanted.grants;
  key.scopes = wanted.scopes;
  key.classes = wanted.classes;
  key.metadata = wanted.metadata;
  key.read_only = wanted.read_only;
  key.not_before = wanted.not_before.value_or(kStartOfTime);
  key.allowed_ips = wanted.allowed_ips;
  key.state = core::KeyState::kActive;
  key.created_at = now;
  if (made.predecessor != nullptr) key.predecessor = made.predecessor->id;
  return key;
}

std::vector<std::string> warnings_for(Context& context) {
  if (context.gateways.has_live()) return {};
  return {"No live gateway enforces keys at present: until one is up, this key opens nothing."};
}

}  // namespace

Result<core::Application> application_for_keys(const store::ReadTransaction& tx,
                                               const Caller& caller, core::ApplicationId id) {
  core::Application application = TRY(store::get_application(
      tx, scope_of(caller.principal, core::Permission::kViewApplications), id));
  if (application.organization != caller.principal.organization)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A key acts with its maker's rights, so only the users of the "
                               "application's own organization make keys for it."));
  TRY(check_right_within(tx, caller, application, kCreating));
  if (application.status != core::ApplicationStatus::kActive)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application is revoked; it takes no more keys."));
  if (application.use == ApplicationUse::kPersonalTokens)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application holds personal access tokens, which their owner "
                               "makes by POST /v1/me/tokens."));
  return application;
}

Result<core::AccessKey> make_key(Context& context, store::WriteTransaction& tx,
                                 const Caller& caller, const core::Application& application,
                                 const KeyToMake& made) {
  TRY(require_room_for_new_key(context, tx, application));
  core::AccessKey key = key_of(caller, application, made, tx.now());
  if (application.use == ApplicationUse::kPersonalTokens)
    key.login_number = TRY(store::next_login_number(tx));
  else
    TRY(require_room_for_active_key(tx, key, tx.now()));
  std::optional<Time> otherwise;
  if (made.predecessor != nullptr) otherwise = made.predecessor->expires_at;
  key.expires_at = TRY(end_of(tx, key, made.wanted.expiry, otherwise));
  if (const auto ceiling = TRY(KeyCeiling::of(tx, caller))) {
    TRY(ceiling->require_classes(key.classes));
    TRY(ceiling->require_end(key.expires_at));
    TRY(ceiling->require_networks(key.allowed_ips));
  }
  key.version = TRY(store::create_key(tx, store::TenantScope{key.organization},
                                      {key, made.grants, {made.secret}}));
  TRY(audit_key(tx, caller, made.audited_as, key, Changes::made(shown(key))));
  return key;
}

PreparedKey prepare_key(Context& context, core::SecretKind kind) {
  PreparedKey prepared;
  prepared.id = core::KeyId::make(context.clock.now(), context.random);
  prepared.secret = core::make_secret(kind, context.random);
  prepared.stored = {.digest = sha256(prepared.secret.reveal()), .not_after = kEndOfTime};
  return prepared;
}

KeyToMake key_to_make(const NewKey& wanted, const std::vector<core::Grant>& grants,
                      const PreparedKey& prepared) {
  return {.wanted = wanted,
          .grants = grants,
          .id = prepared.id,
          .kind = core::SecretKind::kAccessKey,
          .secret = prepared.stored,
          .hint = core::hint_of(prepared.secret)};
}

IssuedKey shown_key(Context& context, core::AccessKey key, Secret secret) {
  wait_for_new_secret(context, key.version, key.created_at);
  const core::KeyStatus status = core::status_at(key, context.clock.now());
  return {.view = {.key = std::move(key), .status = status, .last_use = {}, .secrets = {}},
          .secret = std::move(secret),
          .warnings = warnings_for(context)};
}

}  // namespace claviger::service
