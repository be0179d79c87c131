#include "check_password.h"

#include "new_session.h"

#include <optional>
#include <string>

namespace claviger::service {
namespace {

Result<store::SignIn> compare(Context& context, const Result<std::string>& email,
                              const Secret& password) {
  std::optional<store::SignIn> found;
  bool is_welcome = false;
  if (email)
    TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<void> {
      found = TRY(store::find_sign_in(tx, store::AllTenants{}, *email));
      if (found) is_welcome = TRY(may_come_in(tx, found->user));
      return {};
    }));
  if (!found || found->password_hash.empty()) {
    TRY(context.passwords.pretend(password));
    return fail(wrong_sign_in());
  }
  const bool right = TRY(context.passwords.matches(password, found->password_hash));
  if (!right || !is_welcome) return fail(wrong_sign_in());
  return *std::move(found);
}

}  // namespace

Error wrong_sign_in() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "The e-mail address, the password and the code, if one is needed, do not "
                        "go together.");
}

Error wrong_present_password() {
  return Error::invalid(
      {{"/currentPassword", "wrong-password", PublicText("This is not your present password.")}});
}

Result<store::SignIn> check_password(Context& context, std::string_view email,
                                     const Secret& password, const Visit& visit) {
  const auto account = core::canonical_email(email);
  TRY(context.sign_ins.begin(account.value_or(""), visit.source_ip, context.clock.now()));
  auto checked = compare(context, account, password);
  // Whoever is turned away for want of room has guessed nothing.
  if (!checked && checked.error().code() != ErrorCode::kSignInRequired)
    context.sign_ins.uncount(account.value_or(""), visit.source_ip);
  return checked;
}

Result<store::SignIn> check_own_password(Context& context, const Caller& caller,
                                         const Secret& present) {
  store::SignIn own = TRY(context.database.read([&](store::ReadTransaction& tx) {
    return store::get_sign_in(tx, store::TenantScope::of(caller.principal), caller.principal.user);
  }));
  TRY(context.sign_ins.begin(own.user.email, caller.source_ip, context.clock.now()));
  if (own.password_hash.empty()) return fail(wrong_present_password());
  const auto right = context.passwords.matches(present, own.password_hash);
  if (!right) context.sign_ins.uncount(own.user.email, caller.source_ip);
  if (!TRY(right)) return fail(wrong_present_password());
  return own;
}

void password_was_right(Context& context, const store::SignIn& checked,
                        const std::string& source_ip) {
  context.sign_ins.uncount(checked.user.email, source_ip);
}

Result<core::User> still_right(const store::ReadTransaction& tx, const store::SignIn& checked) {
  // The password alone says who it is, so the look-up is over all organizations.
  const auto present = store::get_sign_in(tx, store::AllTenants{}, checked.user.id);
  if (!present || present->password_hash != checked.password_hash ||
      !TRY(may_come_in(tx, present->user)))
    return fail(wrong_sign_in());
  return present->user;
}

}  // namespace claviger::service
