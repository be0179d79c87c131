#include "claviger/service/sessions.h"

#include "audit_entry.h"
#include "check_password.h"
#include "new_session.h"

#include <vector>

#include "claviger/core/key_text.h"
#include "claviger/service/access.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// How exactly it is written down when a session was last used.
constexpr Microseconds kSeenStep = std::chrono::minutes{1};

}  // namespace

Result<SignedIn> sign_in(Context& context, std::string_view email, const Secret& password,
                         const Visit& visit) {
  const store::SignIn checked = TRY(check_password(context, email, password, visit));
  Secret token = core::make_secret(core::SecretKind::kSession, context.random);
  auto signed_in = TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<SignedIn> {
    const core::User user = TRY(still_right(tx, checked));
    const SessionTerms terms{.token = sha256(token.reveal()),
                             .expires_at = tx.now() + context.sessions.lifetime,
                             .extent = Extent::kEverything};
    TRY(begin_session(context, tx, user, terms, visit));
    return SignedIn{
        std::move(token), terms.expires_at, {user, TRY(store::load_roles(tx, user.roles))}};
  }));
  password_was_right(context, checked, visit);
  return signed_in;
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
