#include "claviger/store/left_behind.h"

#include "connection.h"

#include <functional>
#include <string_view>

#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/password_links.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::store {
namespace {

constexpr std::string_view kUsers =
    "SELECT users.id FROM users JOIN organizations ON organizations.id = users.organization_id "
    "WHERE organizations.status = 'deleted' AND users.status <> 'deleted' LIMIT :limit";
constexpr std::string_view kApplications =
    "SELECT applications.id FROM applications JOIN users ON users.id = applications.owner_id "
    "WHERE users.status = 'deleted' AND applications.status = 'active' LIMIT :limit";
constexpr std::string_view kKeys =
    "SELECT access_keys.id FROM access_keys JOIN users ON users.id = access_keys.maker_id "
    "WHERE users.status = 'deleted' AND access_keys.state IN ('active', 'disabled', 'pending') "
    "UNION SELECT access_keys.id FROM access_keys "
    "JOIN applications ON applications.id = access_keys.application_id "
    "JOIN users ON users.id = applications.owner_id "
    "WHERE (users.status = 'deleted' OR applications.status = 'revoked') "
    "AND access_keys.state IN ('active', 'disabled', 'pending') LIMIT :limit";

Result<void> audit(WriteTransaction& tx, const core::OrganizationId& organization,
                   std::string_view action, std::string_view kind, const std::string& id) {
  return tx.audit({.actor = std::nullopt,
                   .organization = organization,
                   .action = std::string(action),
                   .target_kind = std::string(kind),
                   .target_id = id});
}

Result<void> delete_user(WriteTransaction& tx, const core::UserId& id) {
  core::User user = TRY(get_user(tx, AllTenants{}, id));
  user.status = core::AccountStatus::kDeleted;
  user.roles.clear();
  TRY(update_user(tx, AllTenants{}, user));
  TRY(delete_sessions_of(tx, id));
  TRY(delete_password_links_of(tx, id));
  TRY(delete_second_factor(tx, id));
  return audit(tx, user.organization, "user.delete", "user", id.str());
}

Result<void> revoke_application(WriteTransaction& tx, const core::ApplicationId& id) {
  core::Application application = TRY(get_application(tx, AllTenants{}, id));
  application.status = core::ApplicationStatus::kRevoked;
  TRY(update_application(tx, AllTenants{}, application));
  return audit(tx, application.organization, "application.revoke", "application", id.str());
}

/// A deleted user's key, or one in a revoked application.
Result<core::RevokeReason> reason_to_end(const ReadTransaction& tx, const core::AccessKey& key) {
  const core::Application application = TRY(get_application(tx, AllTenants{}, key.application));
  for (const core::UserId& id : {key.maker, application.owner}) {
    const core::User user = TRY(get_user_ever(tx, AllTenants{}, id));
    if (user.status == core::AccountStatus::kDeleted) return core::RevokeReason::kOwnerLeft;
  }
  return core::RevokeReason::kOther;
}

/// A key that waits for its approval is rejected: it never was.
Result<void> end_key(WriteTransaction& tx, const core::KeyId& id) {
  const core::AccessKey key = TRY(get_key(tx, AllTenants{}, id));
  const bool is_pending = key.state == core::KeyState::kPending;
  KeyStateChange change{.id = id,
                        .from = key.state,
                        .to = is_pending ? core::KeyState::kRejected : core::KeyState::kRevoked};
  if (!is_pending) change.reason = TRY(reason_to_end(tx, key));
  if (change.reason == core::RevokeReason::kOther) change.comment = "Its application was revoked.";
  TRY(change_key_state(tx, AllTenants{}, change));
  return audit(tx, key.organization, "key.revoke", "key", id.str());
}

template <class Id>
Result<std::size_t> each(WriteTransaction& tx, std::string_view sql,
                         const std::function<Result<void>(WriteTransaction&, const Id&)>& act) {
  const std::vector<Id> ids = TRY(tx.connection().select(sql, {{"limit", kLeftBehindPerStep}},
                                                         [](Row& row) { return row.id<Id>(); }));
  for (const Id& id : ids) TRY(act(tx, id));
  return ids.size();
}

}  // namespace

Result<std::size_t> clear_some_left_behind(WriteTransaction& tx) {
  if (const auto users = TRY(each<core::UserId>(tx, kUsers, delete_user)); users > 0) return users;
  const auto applications = TRY(each<core::ApplicationId>(tx, kApplications, revoke_application));
  if (applications > 0) return applications;
  return each<core::KeyId>(tx, kKeys, end_key);
}

}  // namespace claviger::store
