#include "use_second_factor.h"

#include <fmt/format.h>

#include "claviger/core/key_text.h"
#include "claviger/core/totp.h"

namespace claviger::service {

std::string purpose_of_totp(core::UserId user) {
  return "totp " + user.str();
}

Result<bool> take_totp_code(Context& context, store::WriteTransaction& tx, core::UserId user,
                            const store::SecondFactor& factor, std::string_view code) {
  const auto secret = context.seal.open(purpose_of_totp(user), factor.sealed_secret);
  if (!secret)
    return fail(Error::internal(
        fmt::format("the second factor of {} was sealed by another server.key than this server's",
                    user.str())));
  const auto step = core::find_totp_step(*secret, code, tx.now(), factor.last_step);
  return step.has_value() && TRY(store::take_totp_step(tx, user, *step));
}

Result<bool> take_second_factor(Context& context, store::WriteTransaction& tx,
                                const core::User& user, std::string_view code) {
  // These need no key: they are the way in where it was lost.
  if (core::parse_key_text(code) == core::SecretKind::kRecoveryCode)
    return store::take_recovery_code(tx, user.id, sha256(code));
  const auto factor = TRY(store::find_second_factor(tx, user.id));
  if (!factor || !factor->confirmed_at) return false;
  TRY(context.sign_ins.begin_code(user.email, tx.now()));
  const bool taken = TRY(take_totp_code(context, tx, user.id, *factor, code));
  if (taken) context.sign_ins.code_was_right(user.email);
  return taken;
}

Result<bool> passes_second_factor(Context& context, store::WriteTransaction& tx,
                                  const core::User& user, std::string_view code,
                                  const Visit& visit) {
  if (!user.has_second_factor || TRY(take_second_factor(context, tx, user, code))) return true;
  TRY(tx.audit({.actor = std::nullopt,
                .organization = user.organization,
                .action = "session.wrong-code",
                .target_kind = "user",
                .target_id = user.id.str(),
                .request_id = visit.request_id,
                .source_ip = visit.source_ip}));
  return false;
}

}  // namespace claviger::service
