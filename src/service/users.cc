#include "claviger/service/users.h"

#include "audit_entry.h"
#include "role_names.h"
#include "user_access.h"
#include "withdraw_offers.h"
#include "write_as.h"

#include <algorithm>

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/service/left_behind.h"
#include "claviger/store/organizations.h"
#include "claviger/store/password_links.h"
#include "claviger/store/roles.h"
#include "claviger/store/second_factors.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

using core::AccountStatus;
using core::Permission;
using core::User;
using core::UserId;

bool is_administrator(const User& user) {
  const core::RoleId administrator = id_of(core::PredefinedRole::kAdministrator);
  return std::find(user.roles.begin(), user.roles.end(), administrator) != user.roles.end();
}

/// The first organization keeps an administrator who can sign in.
Result<void> keep_an_administrator(const store::ReadTransaction& tx, const User& before,
                                   const User& after) {
  const bool was = before.status == AccountStatus::kEnabled && is_administrator(before);
  const bool stays = after.status == AccountStatus::kEnabled && is_administrator(after);
  if (!was || stays) return {};
  const auto organization =
      TRY(store::get_organization(tx, store::AllTenants{}, before.organization));
  if (organization.parent) return {};
  if (TRY(store::has_another_with_role(tx, before.organization,
                                       id_of(core::PredefinedRole::kAdministrator), before.id)))
    return {};
  return fail(Error::refused(ErrorCode::kConflict,
                             "This is the last administrator. Make another one first."));
}

Result<void> write_audit(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                         const User& user, Changes changes) {
  return tx.audit(audit_of(caller, {.action = action,
                                    .organization = user.organization,
                                    .target_kind = "user",
                                    .target_id = user.id.str(),
                                    .changes = std::move(changes)}));
}

/// The token is a secret.
nlohmann::json audited(const IssuedPasswordLink& link) {
  return {{"expiresAt", shown(link.expires_at)}};
}

struct Step {
  AccountStatus to{};
  std::string_view verb;   ///< "disable"
  std::string_view audit;  ///< "user.disable"
};

Result<Changed<UserView>> change_status(Context& context, const Caller& caller, UserId id,
                                        const Step& step) {
  using Outcome = Changed<UserView>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const User before = step.to == AccountStatus::kEnabled ? TRY(user_to_change(tx, caller, id))
                                                           : TRY(user_to_stop(tx, caller, id));
    TRY(require_seen(caller, before.version));
    if (id == caller.principal.user)
      return fail(
          Error::refused(ErrorCode::kConflict, fmt::format("You cannot {} yourself.", step.verb)));
    if (before.status == step.to)
      return fail(Error::refused(ErrorCode::kConflict,
                                 fmt::format("This user is {}d already.", step.verb)));
    User user = before;
    user.status = step.to;
    if (step.to == AccountStatus::kDeleted) {
      user.roles.clear();
      user.has_second_factor = false;
    }
    TRY(keep_an_administrator(tx, before, user));
    user.version = TRY(store::update_user(tx, managed_users(caller), user));
    if (step.to != AccountStatus::kEnabled) {
      TRY(store::delete_sessions_of(tx, id));
      TRY(store::delete_password_links_of(tx, id));
      TRY(store::delete_password_links_by(tx, id));
      TRY(withdraw_offers_of(tx, caller, id));
    }
    if (step.to == AccountStatus::kDeleted) TRY(store::delete_second_factor(tx, id));
    UserView view = TRY(view_of(tx, user));
    const UserView seen = TRY(view_of(tx, before));
    TRY(write_audit(tx, caller, step.audit, user, Changes::between(shown(seen), shown(view))));
    return Outcome{std::move(view), user.version, tx.now()};
  });
}

}  // namespace

Result<UserView> view_of(const store::ReadTransaction& tx, User user) {
  std::vector<core::Role> roles = TRY(store::load_roles(tx, user.roles));
  return UserView{std::move(user), std::move(roles)};
}

Result<MadeUser> create_user(Context& context, const Caller& caller, NewUser wanted) {
  TRY(require_person(caller));
  const std::string email = TRY(core::canonical_email(wanted.email));
  const auto organization = wanted.organization.value_or(caller.principal.organization);
  std::string hash;
  if (wanted.password) hash = TRY(context.passwords.hash(*wanted.password));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<MadeUser> {
    TRY(store::check_organization(tx, managed_users(caller), organization));
    auto roles = TRY(find_roles(tx, caller, organization, {}, wanted.roles));
    TRY(require_no_more_than_own(tx, caller.principal, roles, organization));
    User made{.id = UserId::make(tx.now(), context.random),
              .organization = organization,
              .email = email,
              .name = wanted.name,
              .status = AccountStatus::kEnabled,
              .roles = ids_of(roles),
              .created_at = tx.now(),
              .last_sign_in_at = std::nullopt,
              .version = {}};
    made.version = TRY(store::create_user(tx, managed_users(caller), made, hash));
    MadeUser answer{.view = {std::move(made), std::move(roles)}, .link = std::nullopt};
    Changes changes = Changes::made(shown(answer.view));
    if (!wanted.password) {
      answer.link = TRY(issue_password_link(context, tx, caller, answer.view.user.id));
      changes = std::move(changes).made("passwordLink", audited(*answer.link));
    }
    TRY(write_audit(tx, caller, "user.create", answer.view.user, std::move(changes)));
    return answer;
  });
}

Result<UserView> get_user(Context& context, const Caller& caller, UserId id) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<UserView> {
    return view_of(
        tx, TRY(store::get_user(tx, scope_of(caller.principal, Permission::kViewUsers), id)));
  });
}

Result<Listed<UserView>> list_users(Context& context, const Caller& caller,
                                    const UserSearch& search, const Page<UserId>& page) {
  using Views = Listed<UserView>;
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    store::UserFilter filter{.status = search.status, .role = std::nullopt, .email = search.email};
    if (search.role) filter.role = TRY(service::find_role(tx, caller, *search.role)).id;
    auto listed = TRY(
        store::list_users(tx, scope_of(caller.principal, Permission::kViewUsers), filter, page));
    Views views{.items = {}, .has_more = listed.has_more};
    for (User& user : listed.items) views.items.push_back(TRY(view_of(tx, std::move(user))));
    return views;
  });
}

Result<UserView> get_me(Context& context, const Caller& caller) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<UserView> {
    return view_of(tx, TRY(store::get_user(tx, store::TenantScope::of(caller.principal),
                                           caller.principal.user)));
  });
}

Result<Changed<UserView>> update_user(Context& context, const Caller& caller, UserId id,
                                      const UserChange& change) {
  using Outcome = Changed<UserView>;
  std::optional<std::string> email;
  if (change.email) email = TRY(core::canonical_email(*change.email));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const User before = TRY(user_to_change(tx, caller, id));
    TRY(require_seen(caller, before.version));
    User user = before;
    user.email = email.value_or(user.email);
    user.name = change.name.value_or(user.name);
    if (change.roles) {
      const auto held = TRY(store::load_roles(tx, before.roles));
      const auto roles = TRY(find_roles(tx, caller, user.organization, held, *change.roles));
      TRY(require_no_more_than_own(tx, caller.principal, roles, user.organization));
      user.roles = ids_of(roles);
    }
    TRY(keep_an_administrator(tx, before, user));
    user.version = TRY(store::update_user(tx, managed_users(caller), user));
    if (user.roles != before.roles) {
      TRY(store::delete_sessions_of(tx, id));
      // Whoever could ask for the link ruled over the user as they were, and by the roles they had.
      TRY(store::delete_password_links_of(tx, id));
      TRY(store::delete_password_links_by(tx, id));
    }
    UserView view = TRY(view_of(tx, user));
    const UserView seen = TRY(view_of(tx, before));
    TRY(write_audit(tx, caller, "user.update", user, Changes::between(shown(seen), shown(view))));
    return Outcome{std::move(view), user.version, tx.now()};
  });
}

Result<Changed<UserView>> disable_user(Context& context, const Caller& caller, UserId id) {
  return change_status(
      context, caller, id,
      {.to = AccountStatus::kDisabled, .verb = "disable", .audit = "user.disable"});
}

Result<Changed<UserView>> enable_user(Context& context, const Caller& caller, UserId id) {
  return change_status(context, caller, id,
                       {.to = AccountStatus::kEnabled, .verb = "enable", .audit = "user.enable"});
}

Result<Changed<UserView>> delete_user(Context& context, const Caller& caller, UserId id) {
  auto deleted =
      TRY(change_status(context, caller, id,
                        {.to = AccountStatus::kDeleted, .verb = "delete", .audit = "user.delete"}));
  TRY(clear_left_behind(context, caller, id));
  return deleted;
}

Result<IssuedPasswordLink> reset_password(Context& context, const Caller& caller, UserId id) {
  TRY(require_person(caller));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<IssuedPasswordLink> {
    const User user = TRY(user_to_change(tx, caller, id));
    TRY(require_seen(caller, user.version));
    if (id == caller.principal.user)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "You cannot reset your own password. Change it, with your present "
                                 "one."));
    if (user.status != AccountStatus::kEnabled)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "This user is disabled. Enable the user before you reset the "
                                 "password."));
    IssuedPasswordLink link = TRY(issue_password_link(context, tx, caller, id));
    TRY(write_audit(tx, caller, "user.reset-password", user,
                    Changes().made("passwordLink", audited(link))));
    return link;
  });
}

}  // namespace claviger::service
