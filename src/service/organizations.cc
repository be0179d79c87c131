#include "claviger/service/organizations.h"

#include "audit_entry.h"

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/service/left_behind.h"
#include "claviger/store/organizations.h"
#include "claviger/store/sessions.h"

namespace claviger::service {
namespace {

using core::AccountStatus;
using core::Organization;
using core::OrganizationId;
using core::Permission;

store::Scope managed(const Caller& caller) {
  return scope_of(caller.principal, Permission::kManageOrganizations);
}

/// Nobody takes away the ground on which they stand.
Result<void> require_another(const Caller& caller, const Organization& organization,
                             std::string_view verb) {
  if (organization.id != caller.principal.organization) return {};
  return fail(Error::refused(ErrorCode::kConflict,
                             fmt::format("You cannot {} your own organization.", verb)));
}

Result<void> write_audit(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                         const Organization& organization, Changes changes) {
  return tx.audit(audit_of(caller, {.action = action,
                                    .organization = organization.id,
                                    .target_kind = "organization",
                                    .target_id = organization.id.str(),
                                    .changes = std::move(changes)}));
}

core::ActiveLimits changed(core::ActiveLimits limits, const ActiveLimitsChange& change) {
  limits.applications_per_user =
      change.applications_per_user.value_or(limits.applications_per_user);
  limits.keys_per_application = change.keys_per_application.value_or(limits.keys_per_application);
  return limits;
}

struct Step {
  AccountStatus to{};
  std::string_view verb;   ///< "disable"
  std::string_view audit;  ///< "organization.disable"
};

Result<Changed<Organization>> change_status(Context& context, const Caller& caller,
                                            OrganizationId id, const Step& step) {
  using Outcome = Changed<Organization>;
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const Organization before = TRY(store::get_organization(tx, managed(caller), id));
    TRY(require_seen(caller, before.version));
    Organization organization = before;
    TRY(require_another(caller, organization, step.verb));
    if (organization.status == step.to)
      return fail(Error::refused(ErrorCode::kConflict,
                                 fmt::format("This organization is {}d already.", step.verb)));
    if (step.to == AccountStatus::kDeleted && TRY(store::has_children(tx, id)))
      return fail(Error::refused(
          ErrorCode::kConflict,
          "There are organizations below this one. Delete them before you delete it."));
    organization.status = step.to;
    organization.version = TRY(store::update_organization(tx, managed(caller), organization));
    // They are refused from now on; enabled again, nobody is signed in as before.
    if (step.to != AccountStatus::kEnabled) TRY(store::delete_sessions_of_tree(tx, id));
    TRY(write_audit(tx, caller, step.audit, organization,
                    Changes::between(shown(before), shown(organization))));
    return Outcome{organization, organization.version, tx.now()};
  });
}

}  // namespace

Result<Organization> create_organization(Context& context, const Caller& caller,
                                         const NewOrganization& wanted) {
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Organization> {
    Organization made{.id = OrganizationId::make(tx.now(), context.random),
                      .name = wanted.name,
                      .parent = wanted.parent.value_or(caller.principal.organization),
                      .status = AccountStatus::kEnabled,
                      .limits = changed(context.limits.of_new_organizations, wanted.limits),
                      .created_at = tx.now(),
                      .version = {}};
    made.version = TRY(store::create_organization(tx, managed(caller), made));
    TRY(write_audit(tx, caller, "organization.create", made, Changes::made(shown(made))));
    return made;
  });
}

Result<Organization> get_organization(Context& context, const Caller& caller, OrganizationId id) {
  return context.database.read(
      [&](store::ReadTransaction& tx) { return store::get_organization(tx, managed(caller), id); });
}

Result<Listed<Organization>> list_organizations(Context& context, const Caller& caller,
                                                const Page<OrganizationId>& page) {
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::list_organizations(tx, managed(caller), page);
  });
}

Result<Changed<Organization>> edit_organization(Context& context, const Caller& caller,
                                                OrganizationId id,
                                                const OrganizationChange& change) {
  using Outcome = Changed<Organization>;
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const Organization before = TRY(store::get_organization(tx, managed(caller), id));
    TRY(require_seen(caller, before.version));
    Organization organization = before;
    organization.name = change.name.value_or(before.name);
    organization.limits = changed(before.limits, change.limits);
    organization.version = TRY(store::update_organization(tx, managed(caller), organization));
    TRY(write_audit(tx, caller, "organization.update", organization,
                    Changes::between(shown(before), shown(organization))));
    return Outcome{organization, organization.version, tx.now()};
  });
}

Result<Changed<Organization>> disable_organization(Context& context, const Caller& caller,
                                                   OrganizationId id) {
  return change_status(
      context, caller, id,
      {.to = AccountStatus::kDisabled, .verb = "disable", .audit = "organization.disable"});
}

Result<Changed<Organization>> enable_organization(Context& context, const Caller& caller,
                                                  OrganizationId id) {
  return change_status(
      context, caller, id,
      {.to = AccountStatus::kEnabled, .verb = "enable", .audit = "organization.enable"});
}

Result<Changed<Organization>> delete_organization(Context& context, const Caller& caller,
                                                  OrganizationId id) {
  auto deleted = TRY(change_status(
      context, caller, id,
      {.to = AccountStatus::kDeleted, .verb = "delete", .audit = "organization.delete"}));
  TRY(clear_left_behind(context));
  return deleted;
}

}  // namespace claviger::service
