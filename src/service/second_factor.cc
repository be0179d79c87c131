#include "claviger/service/second_factor.h"

#include "audit_entry.h"
#include "check_password.h"
#include "use_second_factor.h"
#include "user_access.h"
#include "write_as.h"

#include "claviger/base/encoding.h"
#include "claviger/core/key_text.h"
#include "claviger/core/totp.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

Error wrong_code() {
  return Error::invalid(
      {{"/code", "wrong-code",
        PublicText("This is not the present code of your app. A code is six digits and works "
                   "once; wait for the next one.")}});
}

Error is_off() {
  return Error::refused(ErrorCode::kConflict, "There is no second factor to switch off.");
}

Result<void> write_audit(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                         const core::User& before, bool is_on) {
  return tx.audit(audit_of(
      caller, {.action = action,
               .organization = before.organization,
               .target_kind = "user",
               .target_id = before.id.str(),
               .changes = Changes().changed("secondFactor", before.has_second_factor, is_on)}));
}

Result<core::User> self(const store::ReadTransaction& tx, const Caller& caller) {
  return store::get_user(tx, store::TenantScope::of(caller.principal), caller.principal.user);
}

}  // namespace

Result<StartedSecondFactor> start_second_factor(Context& context, const Caller& caller,
                                                const Secret& present_password) {
  TRY(require_person(caller));
  const store::SignIn checked = TRY(check_own_password(context, caller, present_password));
  password_was_right(context, checked, caller.source_ip);
  const core::User& user = checked.user;
  const Secret secret = core::make_totp_secret(context.random);
  const std::string sealed =
      context.seal.seal(purpose_of_totp(user.id), secret.reveal(), context.random);
  TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::start_second_factor(tx, user.id, sealed));
    return write_audit(tx, caller, "user.start-second-factor", user, user.has_second_factor);
  }));
  return StartedSecondFactor{.secret = Secret(to_base32(secret.reveal())),
                             .uri = core::otpauth_uri(secret, user.email)};
}

Result<std::vector<Secret>> confirm_second_factor(Context& context, const Caller& caller,
                                                  std::string_view code) {
  TRY(require_person(caller));
  std::vector<Secret> codes;
  std::vector<Digest> digests;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    codes.push_back(core::make_secret(core::SecretKind::kRecoveryCode, context.random));
    digests.push_back(sha256(codes.back().reveal()));
  }
  TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const core::User user = TRY(self(tx, caller));
    const auto started = TRY(store::find_second_factor(tx, user.id));
    if (!started || started->confirmed_at)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "There is no second factor that waits to be switched on. Start "
                                 "one first."));
    TRY(context.sign_ins.begin_code(user.email, tx.now()));
    if (!TRY(take_totp_code(context, tx, user.id, *started, code))) return fail(wrong_code());
    context.sign_ins.code_was_right(user.email);
    TRY(store::confirm_second_factor(tx, user.id, digests));
    TRY(store::delete_sessions_of(tx, user.id, caller.principal.session));
    return write_audit(tx, caller, "user.switch-on-second-factor", user, true);
  }));
  return codes;
}

Result<void> end_second_factor(Context& context, const Caller& caller,
                               const Secret& present_password, std::string_view code) {
  TRY(require_person(caller));
  const store::SignIn checked = TRY(check_own_password(context, caller, present_password));
  TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const core::User user = TRY(self(tx, caller));
    if (!user.has_second_factor) return fail(is_off());
    if (!TRY(take_second_factor(context, tx, user, code))) return fail(wrong_code());
    TRY(store::delete_second_factor(tx, user.id));
    TRY(store::delete_sessions_of(tx, user.id, caller.principal.session));
    return write_audit(tx, caller, "user.switch-off-second-factor", user, false);
  }));
  password_was_right(context, checked, caller.source_ip);
  return {};
}

Result<void> reset_second_factor(Context& context, const Caller& caller, core::UserId id) {
  TRY(require_person(caller));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<void> {
    const core::User user = TRY(user_to_change(tx, caller, id));
    // A session that was stolen is not to take it away.
    if (id == caller.principal.user)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "You cannot reset your own second factor. Switch it off, with "
                                 "your password and a code."));
    if (!TRY(store::delete_second_factor(tx, id))) return fail(is_off());
    TRY(store::delete_sessions_of(tx, id));
    return write_audit(tx, caller, "user.reset-second-factor", user, false);
  });
}

}  // namespace claviger::service
