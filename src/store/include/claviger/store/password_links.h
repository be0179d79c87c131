// Links that let a user choose a password, once.
#pragma once

#include <optional>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Only the digest of a link's token is kept.
struct PasswordLink {
  Digest token{};
  core::UserId user;
  core::UserId issuer;  ///< whoever vouches for the user, for as long as they may
  Time created_at;
  Time expires_at;
};

/// Stores a link, which ends those that the user had before.
Result<void> create_password_link(WriteTransaction& tx, const PasswordLink& link);

/// True if there is such a link whose time is not over at `now`.
Result<bool> is_password_link(const ReadTransaction& tx, const Digest& token, Time now);

/// Whose link it is, and ends it; nullopt if there is none or its time is over. Of two at once, one
/// finds it (docs/threats.md, C25).
Result<std::optional<core::UserId>> take_password_link(WriteTransaction& tx, const Digest& token);

/// After a change of password, or of the user's status or roles.
Result<void> delete_password_links_of(WriteTransaction& tx, const core::UserId& user);

/// After a change of the issuer's status or roles.
Result<void> delete_password_links_by(WriteTransaction& tx, const core::UserId& issuer);

/// After a change of what the role gives, to users of links or to their issuers.
Result<void> delete_password_links_of_role(WriteTransaction& tx, const core::RoleId& role);

}  // namespace claviger::store
