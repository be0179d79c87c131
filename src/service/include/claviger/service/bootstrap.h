// The first administrator of an empty store.
#pragma once

#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"

namespace claviger::service {

struct FirstAdministrator {
  std::string email;
  Secret password;
};

/// True if there is no user yet.
Result<bool> is_empty(Context& context);

/// Makes the first organization and its administrator, with every permission. Errors: kConflict if
/// there is a user already: this works once.
Result<core::User> create_first_administrator(Context& context, const FirstAdministrator& wanted);

/// One use of a setup link: while the store is empty, whoever knows the token may make the first
/// administrator. Held in memory only; a new start makes a new one.
class SetupLink {
 public:
  /// Errors: none; the token is 256 random bits.
  SetupLink(const Clock& clock, Random& random);

  [[nodiscard]] const Secret& token() const { return token_; }

  /// True if `token` is the one, and not over its time (one hour).
  [[nodiscard]] bool accepts(std::string_view token) const;

 private:
  const Clock& clock_;
  Time made_at_;
  Secret token_;
};

}  // namespace claviger::service
