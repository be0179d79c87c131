#include "claviger/service/organizations.h"

#include "audit_entry.h"
#include "write_as.h"

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

/// How many organizations may lie one below the other: each is written down with all above it.
constexpr std::size_t kMostLevels = 16;

Result<void> require_level(const store::ReadTransaction& tx, OrganizationId parent) {
  if (TRY(store::list_ancestors(tx, parent)).size() < kMostLevels) return {};
  return fail(Error::refused(
      ErrorCode::kLimitReached,
      fmt::format("Organizations lie at most {} deep, and this parent is the last. Choose one that "
                  "lies higher.",
                  kMostLevels)));
}

core::ActiveLimits changed(core::ActiveLimits limits, const ActiveLimitsChange& change) {
  limits.applications_per_user =
      change.applications_per_user.value_or(limits.applications_per_user);
  limits.keys_per_application = change.keys_per_application.value_or(limits.keys_per_application);
  return limits;
}

/// True if `limit` lets more be there than `above` does; nullopt is any number.
bool is_wider(std::optional<int> limit, std::optional<int> above) {
  return above && (!limit || *limit > *above);
}

/// The widest limits that the caller may set: those of their own organization; but for the first
/// one, which has nothing above it.
Result<core::ActiveLimits> widest_limits(const store::ReadTransaction& tx, const Caller& caller) {
  if (caller.principal.is_of_first_organization)
    return core::ActiveLimits{.applications_per_user = {}, .keys_per_application = {}};
  return store::get_active_limits(tx, caller.principal.organization);
}

Result<void> require_within(const core::ActiveLimits& widest, const ActiveLimitsChange& wanted) {
  std::vector<Fault> faults;
  const auto check = [&](const std::optional<std::optional<int>>& limit, std::optional<int> most,
                         const char* pointer) {
    if (!limit || !is_wider(*limit, most)) return;
    faults.push_back({pointer, "wider-than-yours",
                      PublicText(fmt::format("Your own organization has a limit of {}: give that "
                                             "or less.",
                                             *most))});
  };
  check(wanted.applications_per_user, widest.applications_per_user, "/maxApplicationsPerUser");
  check(wanted.keys_per_application, widest.keys_per_application, "/maxKeysPerApplication");
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return {};
}

core::ActiveLimits narrower(core::ActiveLimits limits, const core::ActiveLimits& widest) {
  if (is_wider(limits.applications_per_user, widest.applications_per_user))
    limits.applications_per_user = widest.applications_per_user;
  if (is_wider(limits.keys_per_application, widest.keys_per_application))
    limits.keys_per_application = widest.keys_per_application;
  return limits;
}

/// What is sent back as it is, is no change.
ActiveLimitsChange without_present(ActiveLimitsChange wanted, const core::ActiveLimits& present) {
  if (wanted.applications_per_user == present.applications_per_user)
    wanted.applications_per_user.reset();
  if (wanted.keys_per_application == present.keys_per_application)
    wanted.keys_per_application.reset();
  return wanted;
}

Result<void> check_limits(const store::ReadTransaction& tx, const Caller& caller, OrganizationId id,
                          const ActiveLimitsChange& wanted) {
  const core::Principal& principal = caller.principal;
  const bool is_own = id == principal.organization && !principal.is_of_first_organization;
  if (is_own && (wanted.applications_per_user || wanted.keys_per_application))
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "The limits of your own organization are set by whoever manages the "
                               "organization above it. Ask there for others."));
  return require_within(TRY(widest_limits(tx, caller)), wanted);
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

struct Step {
  AccountStatus to{};
  std::string_view verb;   ///< "disable"
  std::string_view audit;  ///< "organization.disable"
};

Result<Changed<Organization>> change_status(Context& context, const Caller& caller,
                                            OrganizationId id, const Step& step) {
  using Outcome = Changed<Organization>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
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
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Organization> {
    const OrganizationId parent = wanted.parent.value_or(caller.principal.organization);
    TRY(store::get_organization(tx, managed(caller), parent));
    TRY(require_level(tx, parent));
    const core::ActiveLimits widest = TRY(widest_limits(tx, caller));
    TRY(require_within(widest, wanted.limits));
    Organization made{
        .id = OrganizationId::make(tx.now(), context.random),
        .name = wanted.name,
        .parent = parent,
        .status = AccountStatus::kEnabled,
        .limits = changed(narrower(context.limits.of_new_organizations, widest), wanted.limits),
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
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const Organization before = TRY(store::get_organization(tx, managed(caller), id));
    TRY(require_seen(caller, before.version));
    TRY(check_limits(tx, caller, id, without_present(change.limits, before.limits)));
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
  TRY(clear_left_behind(context, caller, id));
  return deleted;
}

}  // namespace claviger::service
