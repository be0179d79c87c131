#include "claviger/service/choose_password.h"

#include "audit_entry.h"
#include "check_password.h"
#include "user_access.h"
#include "write_as.h"

#include "claviger/core/key_text.h"
#include "claviger/store/organizations.h"
#include "claviger/store/password_links.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

Error wrong_link() {
  return Error::refused(ErrorCode::kPermissionDenied,
                        "This link has been used, is too old, or never was one. Ask an "
                        "administrator for a new one.");
}

}  // namespace

Result<void> change_password(Context& context, const Caller& caller, const PasswordChange& change) {
  TRY(require_person(caller));
  const auto own = store::TenantScope::of(caller.principal);
  const core::UserId id = caller.principal.user;
  const store::SignIn present = TRY(check_own_password(context, caller, change.present));
  password_was_right(context, present, caller.source_ip);
  const std::string hash = TRY(context.passwords.hash(change.wanted));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    // Of two changes at once, one was made with the password that the other has replaced.
    if (TRY(store::get_sign_in(tx, own, id)).password_hash != present.password_hash)
      return fail(wrong_present_password());
    TRY(store::set_password_hash(tx, own, id, hash));
    TRY(store::delete_password_links_of(tx, id));
    const auto ended = TRY(store::delete_sessions_of(tx, id, caller.principal.session));
    return tx.audit(audit_of(caller, {.action = "user.change-password",
                                      .organization = caller.principal.organization,
                                      .target_kind = "user",
                                      .target_id = id.str(),
                                      .changes = Changes().made("ended", ended)}));
  });
}

Result<IssuedPasswordLink> issue_password_link(Context& context, store::WriteTransaction& tx,
                                               const Caller& caller, core::UserId user) {
  Secret token = core::make_secret(core::SecretKind::kLink, context.random);
  const store::PasswordLink link{.token = sha256(token.reveal()),
                                 .user = user,
                                 .issuer = caller.principal.user,
                                 .created_at = tx.now(),
                                 .expires_at = tx.now() + kPasswordLinkLifetime};
  TRY(store::create_password_link(tx, link));
  return IssuedPasswordLink{std::move(token), link.expires_at};
}

Result<void> choose_password(Context& context, std::string_view token, const Secret& wanted,
                             const Visitor& visitor) {
  if (core::parse_key_text(token) != core::SecretKind::kLink) return fail(wrong_link());
  const Digest digest = sha256(token);
  // Hashing is for whoever has a link: a text of that form anybody can make up.
  const bool is_link = TRY(context.database.read([&](store::ReadTransaction& tx) {
    return store::is_password_link(tx, digest, context.clock.now());
  }));
  if (!is_link) return fail(wrong_link());
  const std::string hash = TRY(context.passwords.hash(wanted));
  return context.database.write([&](store::WriteTransaction& tx) -> Result<void> {
    const auto id = TRY(store::take_password_link(tx, digest));
    if (!id) return fail(wrong_link());
    // The link alone says who it is, so the look-up is over all organizations.
    const auto user = store::get_user(tx, store::AllTenants{}, *id);
    if (!user || user->status != core::AccountStatus::kEnabled) return fail(wrong_link());
    TRY(store::set_password_hash(tx, store::AllTenants{}, *id, hash));
    const auto ended = TRY(store::delete_sessions_of(tx, *id));
    return tx.audit({.actor = id,
                     .organization = user->organization,
                     .action = "user.choose-password",
                     .target_kind = "user",
                     .target_id = id->str(),
                     .changes = Changes().made("ended", ended).str(),
                     .request_id = visitor.request_id,
                     .source_ip = visitor.source_ip});
  });
}

}  // namespace claviger::service
