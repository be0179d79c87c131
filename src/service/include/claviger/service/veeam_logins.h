// Personal access tokens as the API of Veeam knows them: a login of its user, with a number, that
// is made, switched off and on, and removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/organization.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/keys.h"

namespace claviger::service {

struct LoginView {
  KeyView key;
  core::User user;
  core::Organization organization;
};

/// Most logins that one list holds. Its filters and orders are the caller's to apply.
inline constexpr std::size_t kMostLogins = 10'000;

struct LoginSearch {
  std::optional<core::UserId> user = {};
  std::optional<core::OrganizationId> organization = {};
};

/// Those that the caller may see (list_keys()), but the revoked. Errors: kNotFound for a user or an
/// organization whose keys the caller may not see; kLimitReached if there are more than
/// kMostLogins.
Result<std::vector<LoginView>> list_logins(Context& context, const Caller& caller,
                                           const LoginSearch& search);

/// Which login: a number says it, but it has to be of that user.
struct LoginName {
  core::UserId user;
  std::int64_t number = 0;
};

/// Errors: kNotFound.
Result<LoginView> get_login(Context& context, const Caller& caller, const LoginName& name);

enum class LoginSwitch : std::uint8_t { kOn, kOff };

struct LoginChange {
  std::optional<std::string> description;
  std::optional<LoginSwitch> to;  ///< what is so already stays so
};

/// All of it or nothing. The description needs Edit, the switch needs Revoke. Errors: kNotFound;
/// kPermissionDenied; kConflict for one that has expired.
Result<LoginView> change_login(Context& context, const Caller& caller, const LoginName& name,
                               const LoginChange& change);

/// Revokes and deletes it in one. Needs Revoke. Errors: kNotFound; kPermissionDenied.
Result<void> delete_login(Context& context, const Caller& caller, const LoginName& name);

/// Ends every session of the user, the caller's own as well, which tokens of other systems are
/// here. Errors: as end_sessions_of().
Result<void> end_tokens_of(Context& context, const Caller& caller, core::UserId user);

}  // namespace claviger::service
