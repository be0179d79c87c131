// Users and their sessions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/organization.h"
#include "claviger/core/permission.h"
#include "claviger/core/service_class.h"
#include "claviger/core/version.h"

namespace claviger::core {

struct User {
  UserId id;
  OrganizationId organization;
  std::string email;  ///< canonical: canonical_email()
  std::string name;
  AccountStatus status = AccountStatus::kDisabled;
  std::vector<RoleId> roles;
  Time created_at;
  std::optional<Time> last_sign_in_at;
  Version version;
  bool has_second_factor = false;  ///< a sign-in needs a code as well
};

/// A sign-in. Only the digest of its token is kept.
struct Session {
  SessionId id;
  UserId user;
  SessionId family;  ///< the first of those that were traded one for the next; `id` if it is that
  Digest token{};
  Time signed_in_at;  ///< when the family began
  Time created_at;
  Time expires_at;    ///< whatever is done with it
  Time last_seen_at;  ///< to the minute
  bool read_only = false;
  std::optional<Digest> refresh_token;    ///< trades the session for a new one
  Time refreshable_until = kStartOfTime;  ///< and until when
  std::string source_ip;
  std::string user_agent;
};

/// The one spelling of an e-mail address under which a user is found: lower case, without white
/// space around it; one '@' with text on both sides. Errors: kInvalidInput.
[[nodiscard]] Result<std::string> canonical_email(std::string_view text);

/// Whoever acts: taken from a verified credential, never from a request's content
/// (docs/threats.md, I7).
struct Principal {
  UserId user;
  OrganizationId organization;
  PermissionSet permissions;              ///< held in the own organization
  PermissionSet permissions_below;        ///< held in the organizations below it as well
  std::vector<RoleId> roles;              ///< of the user
  bool is_of_first_organization = false;  ///< what lies below it is everything
  ServiceClasses classes;                 ///< what the credential may be used for
  bool read_only = false;                 ///< the credential only reads: GET and HEAD
  std::optional<SessionId> session;       ///< of a person who is signed in …
  std::optional<KeyId> key;               ///< … or the key that calls for its maker
  Version as_of;                          ///< the newest change when all of this was read

  /// True if the permission is held on what belongs to that organization, which must be the own one
  /// or one below it: a scope has found it.
  [[nodiscard]] bool holds(Permission permission, const OrganizationId& of) const {
    return (of == organization ? permissions : permissions_below).contains(permission);
  }
};

}  // namespace claviger::core
