#include "claviger/service/sessions.h"

#include "audit_entry.h"
#include "check_password.h"
#include "new_session.h"
#include "use_second_factor.h"
#include "user_access.h"
#include "write_as.h"

#include <vector>

#include "claviger/core/key_text.h"
#include "claviger/service/access.h"
#include "claviger/store/change_log.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// How exactly it is written down when a session was last used.
constexpr Microseconds kSeenStep = std::chrono::minutes{1};

/// Those that can still be used, or traded for one that can.
Result<Listed<core::Session>> present_sessions(Context& context, const store::ReadTransaction& tx,
                                               core::UserId user,
                                               const Page<core::SessionId>& page) {
  const Time now = context.clock.now();
  auto listed = TRY(store::list_sessions(tx, user, page));
  std::erase_if(listed.items, [&](const core::Session& session) {
    return has_ended(session, context.sessions, now) && now >= session.refreshable_until;
  });
  return listed;
}

Result<void> end_session(store::WriteTransaction& tx, const Caller& caller, const core::User& of,
                         core::SessionId id) {
  const core::Session session = TRY(store::get_session(tx, of.id, id));
  TRY(store::delete_session(tx, of.id, id));
  return tx.audit(audit_of(caller, {.action = "session.delete",
                                    .organization = of.organization,
                                    .target_kind = "session",
                                    .target_id = id.str(),
                                    .changes = Changes::gone(audited(session))}));
}

}  // namespace

Result<SignedIn> sign_in(Context& context, const Credentials& credentials, const Visit& visit) {
  using Outcome = std::optional<SignedIn>;
  const store::SignIn checked =
      TRY(check_password(context, credentials.email, credentials.password, visit));
  if (checked.user.has_second_factor && !credentials.code) {
    password_was_right(context, checked, visit.source_ip);
    return fail(Error::refused(ErrorCode::kSecondFactorNeeded,
                               "This account has a second factor. Send the code of your app, or a "
                               "recovery code, as \"code\" as well."));
  }
  Secret token = core::make_secret(core::SecretKind::kSession, context.random);
  // Nothing is no error of the write: a wrong code stays in the audit.
  auto signed_in = TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const core::User user = TRY(still_right(tx, checked));
    if (!TRY(passes_second_factor(context, tx, user, credentials.code.value_or(""), visit)))
      return std::nullopt;
    const SessionTerms terms{.token = sha256(token.reveal()),
                             .expires_at = tx.now() + context.sessions.lifetime,
                             .extent = Extent::kEverything};
    TRY(begin_session(context, tx, user, terms, visit));
    return SignedIn{
        std::move(token), terms.expires_at, {user, TRY(store::load_roles(tx, user.roles))}};
  }));
  if (!signed_in) return fail(wrong_sign_in());
  password_was_right(context, checked, visit.source_ip);
  return *std::move(signed_in);
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
        acting.as_of = TRY(store::change_head(tx)).version;
        return acting;
      }));
  if (is_to_be_seen)
    TRY(context.database.write([&](store::WriteTransaction& tx) {
      return store::set_last_seen(tx, *principal.session, now);
    }));
  return principal;
}

Result<void> sign_out(Context& context, const Caller& caller) {
  TRY(require_person(caller));
  return end_my_session(context, caller, *caller.principal.session);
}

Result<Listed<core::Session>> list_my_sessions(Context& context, const Caller& caller,
                                               const Page<core::SessionId>& page) {
  TRY(require_person(caller));
  return context.database.read([&](store::ReadTransaction& tx) {
    return present_sessions(context, tx, caller.principal.user, page);
  });
}

Result<void> end_my_session(Context& context, const Caller& caller, core::SessionId id) {
  TRY(require_person(caller));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const core::User self =
        TRY(store::get_user(tx, store::TenantScope::of(caller.principal), caller.principal.user));
    return end_session(tx, caller, self, id);
  });
}

Result<Listed<core::Session>> list_sessions_of(Context& context, const Caller& caller,
                                               core::UserId user,
                                               const Page<core::SessionId>& page) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Listed<core::Session>> {
    TRY(user_to_stop(tx, caller, user));
    return present_sessions(context, tx, user, page);
  });
}

Result<void> end_session_of(Context& context, const Caller& caller, core::UserId user,
                            core::SessionId id) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    return end_session(tx, caller, TRY(user_to_stop(tx, caller, user)), id);
  });
}

Result<std::int64_t> end_sessions_of(Context& context, const Caller& caller, core::UserId id) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<std::int64_t> {
    const core::User user = TRY(user_to_stop(tx, caller, id));
    const bool is_own = id == caller.principal.user;
    const auto kept = is_own ? caller.principal.session : std::nullopt;
    const std::int64_t count = TRY(store::delete_sessions_of(tx, id, kept));
    if (count == 0) return 0;
    TRY(tx.audit(audit_of(caller, {.action = "user.end-sessions",
                                   .organization = user.organization,
                                   .target_kind = "user",
                                   .target_id = id.str(),
                                   .changes = Changes().made("ended", count)})));
    return count;
  });
}

}  // namespace claviger::service
