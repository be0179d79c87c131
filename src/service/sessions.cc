#include "claviger/service/sessions.h"

#include "audit_entry.h"

#include <algorithm>
#include <vector>

#include "claviger/core/key_text.h"
#include "claviger/service/access.h"
#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

Error wrong_sign_in() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "The e-mail address and the password do not go together.");
}

Error no_session() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "You are not signed in, or your session has ended. Sign in again.");
}

/// True if the user and the user's organization are enabled.
Result<bool> may_come_in(const store::ReadTransaction& tx, const core::User& user) {
  // Whose session it is says which organization, so the look-up is over all of them.
  const auto organization = store::get_organization(tx, store::AllTenants{}, user.organization);
  if (!organization && organization.error().code() != ErrorCode::kNotFound)
    return fail(organization.error());
  return user.status == core::AccountStatus::kEnabled && organization.has_value() &&
         organization->status == core::AccountStatus::kEnabled;
}

/// Whose password it is, if it is right; looks and hashes in every case alike.
Result<core::User> check_password(Context& context, std::string_view email,
                                  const Secret& password) {
  const auto canonical = core::canonical_email(email);
  std::optional<store::SignIn> found;
  bool is_welcome = false;
  if (canonical)
    TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<void> {
      found = TRY(store::find_sign_in(tx, store::AllTenants{}, *canonical));
      if (found) is_welcome = TRY(may_come_in(tx, found->user));
      return {};
    }));
  if (!found || found->password_hash.empty()) {
    TRY(context.passwords.pretend(password));
    return fail(wrong_sign_in());
  }
  const bool right = TRY(context.passwords.matches(password, found->password_hash));
  if (!right || !is_welcome) return fail(wrong_sign_in());
  return found->user;
}

/// How exactly it is written down when a session was last used.
constexpr Microseconds kSeenStep = std::chrono::minutes{1};

bool has_ended(const core::Session& session, const SessionPolicy& policy, Time now) {
  return now >= session.expires_at || now - session.last_seen_at >= policy.idle;
}

/// How a session is to be, apart from whose it is.
struct SessionTerms {
  Microseconds lifetime;
  Extent extent = Extent::kReading;
  std::optional<Digest> refresh_token = {};
};

Result<core::Session> begin_session(Context& context, store::WriteTransaction& tx,
                                    const core::User& user, const Secret& token,
                                    const SessionTerms& terms, const Visit& visit) {
  core::Session made{.id = core::SessionId::make(tx.now(), context.random),
                     .user = user.id,
                     .token = sha256(token.reveal()),
                     .created_at = tx.now(),
                     .expires_at = tx.now() + terms.lifetime,
                     .last_seen_at = tx.now(),
                     .read_only = terms.extent == Extent::kReading,
                     .refresh_token = terms.refresh_token,
                     .refreshable_until = kStartOfTime,
                     .source_ip = visit.source_ip,
                     .user_agent = visit.user_agent};
  if (terms.refresh_token) made.refreshable_until = tx.now() + context.sessions.lifetime;
  TRY(store::delete_ended_sessions(
      tx, {.now = tx.now(), .idle_since = tx.now() - context.sessions.idle}));
  TRY(store::create_session(tx, made));
  TRY(store::set_last_sign_in(tx, user.id, tx.now()));
  TRY(tx.audit({.actor = user.id,
                .organization = user.organization,
                .action = "session.create",
                .target_kind = "session",
                .target_id = made.id.str(),
                .request_id = visit.request_id,
                .source_ip = visit.source_ip}));
  return made;
}

/// The same, slowed down for whoever fails often.
Result<core::User> throttled_check(Context& context, std::string_view email, const Secret& password,
                                   const Visit& visit) {
  const std::string account = core::canonical_email(email).value_or("");
  TRY(context.sign_ins.begin(account, visit.source_ip, context.clock.now()));
  core::User user = TRY(check_password(context, email, password));
  context.sign_ins.succeeded(account, visit.source_ip);
  return user;
}

Result<TokenPair> begin_token_session(Context& context, store::WriteTransaction& tx,
                                      const core::User& user, Extent extent, const Visit& visit) {
  TokenPair pair{.access = core::make_secret(core::SecretKind::kSession, context.random),
                 .refresh = core::make_secret(core::SecretKind::kOauthRefreshToken, context.random),
                 .lifetime = kTokenLifetime,
                 .user = {user, TRY(store::load_roles(tx, user.roles))}};
  TRY(begin_session(context, tx, user, pair.access,
                    {.lifetime = kTokenLifetime,
                     .extent = extent,
                     .refresh_token = sha256(pair.refresh.reveal())},
                    visit));
  return pair;
}

}  // namespace

Result<TokenPair> sign_in_for_tokens(Context& context, std::string_view email,
                                     const Secret& password, Extent extent, const Visit& visit) {
  const core::User user = TRY(throttled_check(context, email, password, visit));
  return context.database.write([&](store::WriteTransaction& tx) {
    return begin_token_session(context, tx, user, extent, visit);
  });
}

Result<TokenPair> refresh_tokens(Context& context, std::string_view refresh_token,
                                 const Visit& visit) {
  if (core::parse_key_text(refresh_token) != core::SecretKind::kOauthRefreshToken)
    return fail(no_session());
  const Digest digest = sha256(refresh_token);
  return context.database.write([&](store::WriteTransaction& tx) -> Result<TokenPair> {
    const auto session = TRY(store::find_session_to_refresh(tx, digest));
    if (!session || tx.now() >= session->refreshable_until) return fail(no_session());
    // The token alone says who it is, so the look-up is over all organizations.
    const auto user = store::get_user(tx, store::AllTenants{}, session->user);
    if (!user || !TRY(may_come_in(tx, *user))) return fail(no_session());
    TRY(store::delete_session(tx, session->user, session->id));
    const Extent extent = session->read_only ? Extent::kReading : Extent::kEverything;
    return begin_token_session(context, tx, *user, extent, visit);
  });
}

Result<SignedIn> sign_in(Context& context, std::string_view email, const Secret& password,
                         const Visit& visit) {
  const core::User user = TRY(throttled_check(context, email, password, visit));
  Secret token = core::make_secret(core::SecretKind::kSession, context.random);
  return context.database.write([&](store::WriteTransaction& tx) -> Result<SignedIn> {
    const core::Session session = TRY(begin_session(
        context, tx, user, token,
        {.lifetime = context.sessions.lifetime, .extent = Extent::kEverything}, visit));
    return SignedIn{
        std::move(token), session.expires_at, {user, TRY(store::load_roles(tx, user.roles))}};
  });
}

Result<core::Principal> authenticate(Context& context, std::string_view token) {
  if (core::parse_key_text(token) != core::SecretKind::kSession) return fail(no_session());
  const Digest digest = sha256(token);
  const Time now = context.clock.now();
  bool is_to_be_seen = false;
  auto principal =
      TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<core::Principal> {
        const auto session = TRY(store::find_session(tx, digest));
        if (!session || has_ended(*session, context.sessions, now)) return fail(no_session());
        // The token alone says who it is, so the look-up is over all organizations.
        const auto user = store::get_user(tx, store::AllTenants{}, session->user);
        if (!user || !TRY(may_come_in(tx, *user))) return fail(no_session());
        is_to_be_seen = now - session->last_seen_at >= kSeenStep;
        core::Principal acting = TRY(principal_of(tx, *user));
        acting.session = session->id;
        acting.read_only = session->read_only;
        return acting;
      }));
  if (is_to_be_seen)
    TRY(context.database.write([&](store::WriteTransaction& tx) {
      return store::set_last_seen(tx, *principal.session, now);
    }));
  return principal;
}

Result<void> sign_out(Context& context, const Caller& caller) {
  if (!caller.principal.session) return {};
  return end_my_session(context, caller, *caller.principal.session);
}

Result<Listed<core::Session>> list_my_sessions(Context& context, const Caller& caller,
                                               const Page<core::SessionId>& page) {
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::Session>> {
    auto listed = TRY(store::list_sessions(tx, caller.principal.user, page));
    std::erase_if(listed.items, [&](const core::Session& session) {
      return has_ended(session, context.sessions, now);
    });
    return listed;
  });
}

Result<void> end_my_session(Context& context, const Caller& caller, core::SessionId id) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::delete_session(tx, caller.principal.user, id));
    return tx.audit(audit_of(caller, {.action = "session.delete",
                                      .organization = caller.principal.organization,
                                      .target_kind = "session",
                                      .target_id = id.str()}));
  });
}

Result<std::int64_t> end_sessions_of(Context& context, const Caller& caller, core::UserId id) {
  const bool is_own = id == caller.principal.user;
  if (!is_own) TRY(require(caller.principal, core::Permission::kManageUsers));
  return context.database.write([&](store::WriteTransaction& tx) -> Result<std::int64_t> {
    const core::User user =
        TRY(store::get_user(tx, scope_of(caller.principal, core::Permission::kManageUsers), id));
    const auto kept = is_own ? caller.principal.session : std::nullopt;
    const std::int64_t count = TRY(store::delete_sessions_of(tx, id, kept));
    TRY(tx.audit(audit_of(caller, {.action = "user.end-sessions",
                                   .organization = user.organization,
                                   .target_kind = "user",
                                   .target_id = id.str()})));
    return count;
  });
}

}  // namespace claviger::service
