#include "claviger/service/bootstrap.h"

#include "audit_entry.h"

#include "claviger/core/key_text.h"
#include "claviger/core/role.h"
#include "claviger/service/management_api.h"
#include "claviger/store/organizations.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

constexpr Microseconds kSetupLinkLifetime = std::chrono::hours{1};

/// The organization that an installation begins with.
constexpr const char* kFirstOrganizationName = "Provider";

Result<bool> has_no_user(const store::ReadTransaction& tx) {
  const auto users =
      TRY(store::list_users_ever(tx, store::AllTenants{}, {.limit = 1, .after = std::nullopt}));
  return users.items.empty();
}

}  // namespace

Result<bool> is_empty(Context& context) {
  return context.database.read([](store::ReadTransaction& tx) { return has_no_user(tx); });
}

Result<core::User> create_first_administrator(Context& context, const FirstAdministrator& wanted) {
  const std::string email = TRY(core::canonical_email(wanted.email));
  const std::string hash = TRY(context.passwords.hash(wanted.password));
  return context.database.write([&](store::WriteTransaction& tx) -> Result<core::User> {
    if (!TRY(has_no_user(tx)))
      return fail(Error::refused(ErrorCode::kConflict,
                                 "This installation has its first administrator already."));
    const core::Organization organization{
        .id = core::OrganizationId::make(tx.now(), context.random),
        .name = kFirstOrganizationName,
        .parent = std::nullopt,
        .status = core::AccountStatus::kEnabled,
        .limits = context.limits.of_new_organizations,
        .created_at = tx.now(),
        .version = {}};
    TRY(store::create_organization(tx, store::AllTenants{}, organization));
    core::User administrator{.id = core::UserId::make(tx.now(), context.random),
                             .organization = organization.id,
                             .email = email,
                             .name = "Administrator",
                             .status = core::AccountStatus::kEnabled,
                             .roles = {id_of(core::PredefinedRole::kAdministrator)},
                             .created_at = tx.now(),
                             .last_sign_in_at = std::nullopt,
                             .version = {}};
    administrator.version = TRY(store::create_user(tx, store::AllTenants{}, administrator, hash));
    const UserView view{
        .user = administrator,
        .roles = {*core::find_predefined_role(id_of(core::PredefinedRole::kAdministrator))}};
    TRY(tx.audit({.actor = std::nullopt,
                  .organization = organization.id,
                  .action = "installation.bootstrap",
                  .target_kind = "user",
                  .target_id = administrator.id.str(),
                  .changes = Changes::made(shown(view)).str(),
                  .request_id = "",
                  .source_ip = ""}));
    TRY(publish_management_api(context, tx, organization.id));
    return administrator;
  });
}

SetupLink::SetupLink(const Clock& clock, Random& random)
    : clock_(clock),
      made_at_(clock.now()),
      token_(core::make_secret(core::SecretKind::kLink, random)) {}

bool SetupLink::accepts(std::string_view token) const {
  return clock_.now() - made_at_ < kSetupLinkLifetime &&
         equal_in_constant_time(token, token_.reveal());
}

}  // namespace claviger::service
