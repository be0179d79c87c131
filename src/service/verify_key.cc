#include "claviger/service/verify_key.h"

#include "key_access.h"
#include "new_session.h"
#include "rights.h"

#include <algorithm>
#include <array>
#include <span>

#include "claviger/keyring/bus_guard.h"
#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/change_log.h"
#include "claviger/store/key_secrets.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// How long a verification waits for the keyring to come up to the server's state.
constexpr std::chrono::seconds kLongestWait{1};

/// Room for the scopes of nearly every key, so that nothing is allocated while the keyring is read.
constexpr std::size_t kScopesReserved = 1024;

core::CarrierHeader authorization(std::string_view value) {
  return {core::meaning_of_header("Authorization"), value};
}

core::RawRequest raw_request(std::string_view method, std::string_view path,
                             std::span<const core::CarrierHeader> headers,
                             const core::IpAddress& peer) {
  return {.method = method,
          .target = path,
          .routed_path = {},
          .headers = headers,
          .peer = peer,
          .has_origin = false,
          .has_requested_method = false};
}

Error no_credential() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "You are not signed in, or your session has ended. Sign in again.");
}

/// In the words of the decision for whoever holds the secret; for all others, as if there were
/// none.
Error refusal_of(const core::Decision& decision) {
  const int status = core::http_status(decision.reason);
  if (status == 503)
    return Error::unavailable("the management API cannot judge keys: " +
                              std::string(core::to_string(decision.reason)));
  if (!decision.caller_is_known) return no_credential();
  return Error::refused(status == 403 ? ErrorCode::kPermissionDenied : ErrorCode::kSignInRequired,
                        std::string(core::explain(decision.reason)));
}

/// The permissions that scopes stand for, with all that they include.
core::PermissionSet permissions_in(std::string_view scopes) {
  core::PermissionSet set;
  while (!scopes.empty()) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    if (const auto permission = core::parse_permission(scopes.substr(0, end)))
      set = set.with(*permission);
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return set;
}

}  // namespace

Result<KeyAnswer> KeyVerifier::verify(Context& context, const Caller& caller,
                                      const KeyQuestion& question) {
  struct Asked {
    bool manages = false;
    core::Version latest;
  };

  const Asked asked = TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Asked> {
    const auto found = TRY(find_api(tx, caller.principal, question.api));
    return Asked{found && found->manages, TRY(store::change_head(tx)).version};
  }));
  if (!asked.manages)
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such API that you manage."));

  // What was changed before the question is part of the answer.
  context.gateways.wait_applied(asked.latest, context.clock.now(),
                                std::chrono::steady_clock::now() + kLongestWait);
  const std::string bearer = "Bearer " + std::string(question.key.reveal());
  const std::array<core::CarrierHeader, 1> headers = {authorization(bearer)};
  const Time now = context.clock.now();
  Judged judged =
      judge(raw_request(question.method, question.path, headers, question.ip), question.api, now);
  if (judged.decision.reason == core::Reason::kStateUnavailable)
    return fail(Error::unavailable("verify: this host's keyring is not usable yet"));
  return KeyAnswer{.decision = judged.decision,
                   .scopes = std::move(judged.scopes),
                   .id = core::DecisionId::make(now, context.random)};
}

namespace {

/// True if the secret still opens the key.
Result<bool> is_live(const store::ReadTransaction& tx, const core::AccessKey& key,
                     core::SecretId secret, Time now) {
  const auto secrets = TRY(store::list_secrets(tx, store::TenantScope{key.organization}, key.id));
  return std::any_of(secrets.begin(), secrets.end(), [&](const store::StoredSecret& stored) {
    return core::secret_id_of(stored.secret.digest) == secret && !stored.revoked &&
           stored.secret.not_after > now;
  });
}

}  // namespace

Result<core::Principal> KeyVerifier::authenticate(Context& context, const KeyCall& call) {
  const std::string bearer = "Bearer " + std::string(call.key);
  const std::array<core::CarrierHeader, 1> headers = {authorization(bearer)};
  const Time now = context.clock.now();
  const Judged judged =
      judge(raw_request(call.method, call.path, headers, call.peer), core::kPlatformApiName, now);
  if (!judged.decision.allowed()) return fail(refusal_of(judged.decision));
  if (call.metering == Metering::kCounted) TRY(count(judged.decision, call.peer, now));
  return context.database.read([&](store::ReadTransaction& tx) -> Result<core::Principal> {
    // The key alone says who it is, so the look-up is over all organizations.
    const core::UserId maker(judged.decision.user);
    const auto user = store::get_user(tx, store::AllTenants{}, maker);
    if (!user) return fail(no_credential());
    core::Principal acting = TRY(principal_of(tx, *user));
    const core::PermissionSet granted = permissions_in(judged.scopes);
    acting.permissions = acting.permissions & granted;
    acting.permissions_below = acting.permissions_below & granted;
    acting.key = core::KeyId(judged.decision.key);
    // The keyring may be behind what the database knows by now.
    const auto key = store::get_key(tx, store::TenantScope::of(acting), *acting.key);
    if (!key || core::status_at(*key, now) != core::KeyStatus::kActive ||
        !TRY(may_come_in(tx, *user)) || !TRY(is_held_by_active(tx, *key)) ||
        !TRY(is_live(tx, *key, judged.decision.secret, now)))
      return fail(no_credential());
    acting.classes = key->classes;
    acting.read_only = key->read_only;
    acting.as_of = TRY(store::change_head(tx)).version;
    return acting;
  });
}

KeyVerifier::Judged KeyVerifier::judge(const core::RawRequest& raw, std::string_view api,
                                       Time now) {
  const std::lock_guard lock(mutex_);
  Judged judged{.decision = reader_.decide(raw, api, now), .scopes = {}};
  if (!judged.decision.allowed()) return judged;
  judged.scopes.reserve(kScopesReserved);
  // If a page cannot be read any more, the caller has no scope.
  const bool complete = keyring::within_bus_guard(
      [&] { reader_.append_scope_names(api, judged.decision.scopes, judged.scopes); });
  if (!complete) judged.scopes.clear();
  return judged;
}

/// A call that cannot be counted is refused, as at a gateway.
Result<void> KeyVerifier::count(const core::Decision& decision, const core::IpAddress& peer,
                                Time now) {
  const std::lock_guard lock(mutex_);
  const auto use = keyring::UseNote::of(decision.secret.uuid(), peer);
  keyring::CounterSlot slot;
  const bool counted = keyring::within_bus_guard([&] {
    slot = counters_.claim(decision.key);
    if (slot.is_set()) slot.add(use, now);
  });
  if (counted && slot.is_set()) return {};
  counters_.look_again();  // the agent puts another file in the place of a damaged one
  return fail(Error::unavailable(
      "a call with a key is refused: this host's counters are not there, damaged or full"));
}

}  // namespace claviger::service
