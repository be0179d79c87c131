#include "claviger/service/applications.h"

#include "audit_entry.h"

#include <fmt/format.h>

#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"

namespace claviger::service {
namespace {

Result<ApplicationView> view_of(const store::ReadTransaction& tx, const store::Scope& scope,
                                core::Application application, Time now) {
  const auto active = TRY(store::count_active_keys(tx, scope, application.id, now));
  return ApplicationView{std::move(application), static_cast<int>(active)};
}

}  // namespace

Result<ApplicationView> create_application(Context& context, const Caller& caller,
                                           const NewApplication& wanted) {
  const auto scope = store::TenantScope::of(caller.principal);
  return context.database.write([&](store::WriteTransaction& tx) -> Result<ApplicationView> {
    const auto active = TRY(store::count_active_applications(tx, scope, caller.principal.user));
    const int limit = context.limits.applications_per_user;
    if (limit > 0 && active >= limit)
      return fail(Error::refused(
          ErrorCode::kLimitReached,
          fmt::format("You have {} of {} active applications. Revoke one, or ask an administrator "
                      "for a higher limit.",
                      active, limit)));
    core::Application made{.id = core::ApplicationId::make(tx.now(), context.random),
                           .organization = caller.principal.organization,
                           .owner = caller.principal.user,
                           .name = wanted.name,
                           .description = wanted.description,
                           .status = core::ApplicationStatus::kActive,
                           .created_at = tx.now(),
                           .version = {}};
    made.version = TRY(store::create_application(tx, scope, made));
    TRY(tx.audit(audit_of(caller, {.action = "application.create",
                                   .organization = made.organization,
                                   .target_kind = "application",
                                   .target_id = made.id.str()})));
    return ApplicationView{made, 0};
  });
}

Result<ApplicationView> get_application(Context& context, const Caller& caller,
                                        core::ApplicationId id) {
  const auto scope = store::TenantScope::of(caller.principal);
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<ApplicationView> {
    core::Application application = TRY(store::get_application(tx, scope, id));
    return view_of(tx, scope, std::move(application), now);
  });
}

Result<Listed<ApplicationView>> list_applications(Context& context, const Caller& caller,
                                                  const Page<core::ApplicationId>& page) {
  const auto scope = store::TenantScope::of(caller.principal);
  const Time now = context.clock.now();
  using Views = Listed<ApplicationView>;
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    const auto listed = TRY(store::list_applications(tx, scope, {}, page));
    Views views{.items = {}, .has_more = listed.has_more};
    for (const core::Application& application : listed.items)
      views.items.push_back(TRY(view_of(tx, scope, application, now)));
    return views;
  });
}

}  // namespace claviger::service
