#include "claviger/service/sessions.h"

#include "audit_entry.h"

#include "claviger/core/key_text.h"
#include "claviger/store/organizations.h"
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

/// True if the user and the user's organization are active.
Result<bool> may_come_in(const store::ReadTransaction& tx, const core::User& user) {
  // Whose session it is says which organization, so the look-up is over all of them.
  const core::Organization organization =
      TRY(store::get_organization(tx, store::AllTenants{}, user.organization));
  return user.standing == core::Standing::kActive &&
         organization.standing == core::Standing::kActive;
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

}  // namespace

Result<SignedIn> sign_in(Context& context, std::string_view email, const Secret& password,
                         const std::string& request_id, const std::string& source_ip) {
  const core::User user = TRY(check_password(context, email, password));
  Secret token = core::make_secret(core::SecretKind::kSession, context.random);
  const core::Session session =
      TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<core::Session> {
        const core::Session made{.id = core::SessionId::make(tx.now(), context.random),
                                 .user = user.id,
                                 .token = sha256(token.reveal()),
                                 .created_at = tx.now(),
                                 .expires_at = tx.now() + kSessionLifetime};
        TRY(store::delete_expired_sessions(tx, tx.now()));
        TRY(store::create_session(tx, made));
        TRY(tx.audit({.actor = user.id,
                      .organization = user.organization,
                      .action = "session.create",
                      .target_kind = "session",
                      .target_id = made.id.str(),
                      .detail = "{}",
                      .request_id = request_id,
                      .source_ip = source_ip}));
        return made;
      }));
  return SignedIn{std::move(token), session.expires_at, user};
}

Result<core::Principal> authenticate(Context& context, std::string_view token) {
  if (core::parse_key_text(token) != core::SecretKind::kSession) return fail(no_session());
  const Digest digest = sha256(token);
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<core::Principal> {
    const auto session = TRY(store::find_session(tx, digest, now));
    if (!session) return fail(no_session());
    // The token alone says who it is, so the look-up is over all organizations.
    const auto user = store::get_user(tx, store::AllTenants{}, session->user);
    if (!user || !TRY(may_come_in(tx, *user))) return fail(no_session());
    return core::Principal{.user = user->id,
                           .organization = user->organization,
                           .permissions = core::permissions_of(user->roles),
                           .session = session->id};
  });
}

Result<void> sign_out(Context& context, const Caller& caller) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::delete_session(tx, caller.principal.session));
    return tx.audit(audit_of(caller, {.action = "session.delete",
                                      .organization = caller.principal.organization,
                                      .target_kind = "session",
                                      .target_id = caller.principal.session.str()}));
  });
}

}  // namespace claviger::service
