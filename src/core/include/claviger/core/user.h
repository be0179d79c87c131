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
#include "claviger/core/permission.h"
#include "claviger/core/state_view.h"
#include "claviger/core/version.h"

namespace claviger::core {

struct User {
  UserId id;
  OrganizationId organization;
  std::string email;  ///< canonical: canonical_email()
  std::string name;
  Standing standing = Standing::kInactive;
  std::vector<Role> roles;
  Time created_at;
  Version version;
};

/// A sign-in. Only the digest of its token is kept.
struct Session {
  SessionId id;
  UserId user;
  Digest token{};
  Time created_at;
  Time expires_at;
};

/// The one spelling of an e-mail address under which a user is found: lower case, without white
/// space around it; one '@' with text on both sides. Errors: kInvalidInput.
[[nodiscard]] Result<std::string> canonical_email(std::string_view text);

/// Whoever acts: taken from a verified credential, never from a request's content
/// (docs/threats.md, I7).
struct Principal {
  UserId user;
  OrganizationId organization;
  PermissionSet permissions;
  SessionId session;
};

}  // namespace claviger::core
