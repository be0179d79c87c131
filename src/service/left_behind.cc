#include "claviger/service/left_behind.h"

#include "audit_entry.h"
#include "key_steps.h"
#include "user_access.h"

#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/password_links.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// Whoever acts; nullptr: the server itself, at its start.
using Cause = const Caller*;

Result<void> write_audit(store::WriteTransaction& tx, Cause cause, Act act) {
  if (cause != nullptr) return tx.audit(audit_of(*cause, std::move(act)));
  return tx.audit({.actor = std::nullopt,
                   .organization = act.organization,
                   .action = std::string(act.action),
                   .target_kind = std::string(act.target_kind),
                   .target_id = std::move(act.target_id),
                   .changes = act.changes.str()});
}

Result<void> end_user(store::WriteTransaction& tx, Cause cause, const core::UserId& id) {
  const core::User before = TRY(store::get_user(tx, store::AllTenants{}, id));
  core::User user = before;
  user.status = core::AccountStatus::kDeleted;
  user.roles.clear();
  user.has_second_factor = false;
  TRY(store::update_user(tx, store::AllTenants{}, user));
  TRY(store::delete_sessions_of(tx, id));
  TRY(store::delete_password_links_of(tx, id));
  TRY(store::delete_password_links_by(tx, id));
  TRY(store::delete_second_factor(tx, id));
  const UserView was = TRY(view_of(tx, before));
  const UserView is = TRY(view_of(tx, user));
  return write_audit(tx, cause,
                     {.action = "user.delete",
                      .organization = user.organization,
                      .target_kind = "user",
                      .target_id = id.str(),
                      .changes = Changes::between(shown(was), shown(is))});
}

Result<void> end_application(store::WriteTransaction& tx, Cause cause,
                             const core::ApplicationId& id) {
  const core::Application before = TRY(store::get_application(tx, store::AllTenants{}, id));
  core::Application application = before;
  application.status = core::ApplicationStatus::kRevoked;
  TRY(store::update_application(tx, store::AllTenants{}, application));
  return write_audit(tx, cause,
                     {.action = "application.revoke",
                      .organization = application.organization,
                      .target_kind = "application",
                      .target_id = id.str(),
                      .changes = Changes::between(shown(before), shown(application))});
}

/// A deleted user's key, or one in a revoked application.
Result<core::RevokeReason> reason_to_end(const store::ReadTransaction& tx,
                                         const core::AccessKey& key) {
  const auto application = TRY(store::get_application(tx, store::AllTenants{}, key.application));
  for (const core::UserId& id : {key.maker, application.owner}) {
    const core::User user = TRY(store::get_user_ever(tx, store::AllTenants{}, id));
    if (user.status == core::AccountStatus::kDeleted) return core::RevokeReason::kOwnerLeft;
  }
  return core::RevokeReason::kOther;
}

/// A key that waits for its approval is rejected: it never was.
Result<void> end_key(store::WriteTransaction& tx, Cause cause, const core::KeyId& id) {
  const core::AccessKey key = TRY(store::get_key(tx, store::AllTenants{}, id));
  const bool is_pending = key.state == core::KeyState::kPending;
  store::KeyStateChange change{
      .id = id,
      .from = key.state,
      .to = is_pending ? core::KeyState::kRejected : core::KeyState::kRevoked};
  if (!is_pending) change.reason = TRY(reason_to_end(tx, key));
  if (change.reason == core::RevokeReason::kOther) change.comment = "Its application was revoked.";
  TRY(store::change_key_state(tx, store::AllTenants{}, change));
  return write_audit(tx, cause,
                     {.action = is_pending ? "key.reject" : "key.revoke",
                      .organization = key.organization,
                      .target_kind = "key",
                      .target_id = id.str(),
                      .changes = what_becomes(key, change, tx.now())});
}

template <class Id>
Result<std::size_t> end_each(store::WriteTransaction& tx, Cause cause, const std::vector<Id>& ids,
                             Result<void> (*end)(store::WriteTransaction&, Cause, const Id&)) {
  for (const Id& id : ids) TRY(end(tx, cause, id));
  return ids.size();
}

/// Returns how much it has done: 0 once there is nothing.
Result<std::size_t> clear_some(store::WriteTransaction& tx, Cause cause,
                               const store::LeftBehindBy& by) {
  const auto users = TRY(store::users_left_behind(tx, by));
  if (!users.empty()) return end_each(tx, cause, users, end_user);
  const auto applications = TRY(store::applications_left_behind(tx, by));
  if (!applications.empty()) return end_each(tx, cause, applications, end_application);
  return end_each(tx, cause, TRY(store::keys_left_behind(tx, by)), end_key);
}

Result<void> clear(Context& context, Cause cause, const store::LeftBehindBy& by) {
  // What is taken back is never done.
  if (context.database.is_rehearsal()) return {};
  const auto step = [&](store::WriteTransaction& tx) { return clear_some(tx, cause, by); };
  while (TRY(context.database.write(step)) > 0) {
  }
  return {};
}

}  // namespace

Result<void> clear_left_behind(Context& context, const Caller& caller,
                               const store::LeftBehindBy& by) {
  return clear(context, &caller, by);
}

Result<void> clear_all_left_behind(Context& context) {
  return clear(context, nullptr, {});
}

}  // namespace claviger::service
