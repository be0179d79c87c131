#include "claviger/service/people.h"

#include "audit_entry.h"

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/organizations.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// Nobody gives what they do not hold (docs/threats.md, I6).
Result<void> check_roles(const Caller& caller, const std::vector<core::Role>& roles) {
  for (const core::Role role : roles) {
    for (const core::Permission permission : core::permissions_of(role).list()) {
      if (caller.principal.permissions.contains(permission)) continue;
      return fail(Error::refused(
          ErrorCode::kPermissionDenied,
          fmt::format("The role \"{}\" holds \"{}\", which you do not hold yourself.",
                      core::to_string(role), core::to_string(permission))));
    }
  }
  return {};
}

}  // namespace

Result<core::Organization> create_organization(Context& context, const Caller& caller,
                                               const NewOrganization& wanted) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<core::Organization> {
    core::Organization made{.id = core::OrganizationId::make(tx.now(), context.random),
                            .name = wanted.name,
                            .parent = wanted.parent,
                            .standing = core::Standing::kActive,
                            .created_at = tx.now(),
                            .version = {}};
    made.version = TRY(store::create_organization(tx, store::AllTenants{}, made));
    TRY(tx.audit(audit_of(caller, {.action = "organization.create",
                                   .organization = made.id,
                                   .target_kind = "organization",
                                   .target_id = made.id.str()})));
    return made;
  });
}

Result<Listed<core::Organization>> list_organizations(Context& context, const Caller& caller,
                                                      const Page<core::OrganizationId>& page) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::list_organizations(tx, people_scope(caller.principal), page);
  });
}

Result<core::User> create_user(Context& context, const Caller& caller, NewUser wanted) {
  TRY(check_roles(caller, wanted.roles));
  const std::string email = TRY(core::canonical_email(wanted.email));
  const core::OrganizationId organization =
      wanted.organization.value_or(caller.principal.organization);
  const store::Scope scope = people_scope(caller.principal);
  if (!scope.contains(organization))
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such organization."));
  const std::string hash = TRY(context.passwords.hash(wanted.password));
  return context.database.write([&](store::WriteTransaction& tx) -> Result<core::User> {
    core::User made{.id = core::UserId::make(tx.now(), context.random),
                    .organization = organization,
                    .email = email,
                    .name = wanted.name,
                    .standing = core::Standing::kActive,
                    .roles = wanted.roles,
                    .created_at = tx.now(),
                    .version = {}};
    made.version = TRY(store::create_user(tx, scope, made, hash));
    TRY(tx.audit(audit_of(caller, {.action = "user.create",
                                   .organization = organization,
                                   .target_kind = "user",
                                   .target_id = made.id.str()})));
    return made;
  });
}

Result<Listed<core::User>> list_users(Context& context, const Caller& caller,
                                      const Page<core::UserId>& page) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::list_users(tx, people_scope(caller.principal), page);
  });
}

Result<core::User> get_me(Context& context, const Caller& caller) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::get_user(tx, store::TenantScope::of(caller.principal), caller.principal.user);
  });
}

}  // namespace claviger::service
