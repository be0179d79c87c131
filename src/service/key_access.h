// Whose keys a caller may touch, and what everybody is told of one. Private to the service module.
#pragma once

#include "audit_entry.h"

#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/application.h"
#include "claviger/core/permission.h"
#include "claviger/service/keys.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/key_secrets.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// A permission in its two forms: on keys of any application, and of the caller's own.
struct KeyRight {
  core::Permission any;
  core::Permission mine;
};

inline constexpr KeyRight kViewing = {core::Permission::kViewKeysOfAny,
                                      core::Permission::kViewKeysOfMine};
inline constexpr KeyRight kCreating = {core::Permission::kCreateKeysForAny,
                                       core::Permission::kCreateKeysForMine};
inline constexpr KeyRight kEditing = {core::Permission::kEditKeysOfAny,
                                      core::Permission::kEditKeysOfMine};
inline constexpr KeyRight kRestricting = {core::Permission::kRestrictKeysOfAny,
                                          core::Permission::kRestrictKeysOfMine};
inline constexpr KeyRight kStopping = {core::Permission::kRevokeKeysOfAny,
                                       core::Permission::kRevokeKeysOfMine};

/// As the store says it of a key that is not there: whoever may not see a key learns no more.
[[nodiscard]] Error no_such_key();

/// True if the application is the caller's own: what the "my" permissions speak of.
[[nodiscard]] bool is_mine(const Caller& caller, const core::Application& application);

/// Errors: kNotFound if the caller may not even see the application's keys; kPermissionDenied.
[[nodiscard]] Result<void> check_right(const store::ReadTransaction& tx, const Caller& caller,
                                       const core::Application& application, const KeyRight& right);

/// The same of all keys of an application, or of new ones in it. Errors: kNotFound if the caller
/// may not even see the application; kPermissionDenied.
[[nodiscard]] Result<void> check_right_within(const store::ReadTransaction& tx,
                                              const Caller& caller,
                                              const core::Application& application,
                                              const KeyRight& right);

/// The key, if the caller may do this with it. Errors: as check_right();
/// kPreconditionFailed.
[[nodiscard]] Result<core::AccessKey> key_for(const store::ReadTransaction& tx,
                                              const Caller& caller, core::KeyId id,
                                              const KeyRight& right);

/// True if the key's application is active, and its owner is.
[[nodiscard]] Result<bool> is_held_by_active(const store::ReadTransaction& tx,
                                             const core::AccessKey& key);

/// What is told of a key, with its last use.
[[nodiscard]] KeyView view_of(Context& context, core::AccessKey key);

/// The same of a list, which looks all last uses up at once.
[[nodiscard]] Listed<KeyView> views_of(Context& context, Listed<core::AccessKey> keys);

/// The same with its secrets.
[[nodiscard]] KeyView view_of(Context& context, core::AccessKey key,
                              const std::vector<store::StoredSecret>& secrets);

/// Writes the audit line of an act on a key.
[[nodiscard]] Result<void> audit_key(store::WriteTransaction& tx, const Caller& caller,
                                     std::string_view action, const core::AccessKey& key,
                                     Changes changes = {});

/// What the audit tells of a key's secrets.
[[nodiscard]] nlohmann::json audited(const std::vector<store::StoredSecret>& secrets);

/// Waits a moment for the gateways of this server, so that a secret works when it is shown. Another
/// server's may refuse it a little longer: nobody is harmed by that.
void wait_for_new_secret(Context& context, core::Version version, Time changed_at);

}  // namespace claviger::service
