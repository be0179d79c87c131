#include "claviger/service/applications.h"

#include "audit_entry.h"
#include "new_application.h"
#include "number_limits.h"
#include "write_as.h"

#include <functional>

#include "claviger/service/access.h"
#include "claviger/service/left_behind.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"

namespace claviger::service {
namespace {

Result<ApplicationView> view_of(const store::ReadTransaction& tx, const store::Scope& scope,
                                core::Application application, Time now) {
  // None works in one that is revoked, whatever is written down of them so far.
  if (application.status == core::ApplicationStatus::kRevoked)
    return ApplicationView{std::move(application), 0};
  const auto active = TRY(store::count_active_keys(tx, scope, application.id, now));
  return ApplicationView{std::move(application), static_cast<int>(active)};
}

/// What has been revoked is hidden from who uses applications.
Result<core::Application> present_application(const store::ReadTransaction& tx,
                                              const store::Scope& scope, core::ApplicationId id) {
  core::Application application = TRY(store::get_application(tx, scope, id));
  if (application.status == core::ApplicationStatus::kRevoked)
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such application."));
  return application;
}

struct Step {
  core::Permission permission{};
  std::string_view audit;  ///< "application.update"
  std::function<void(core::Application&)> change;
};

Result<Changed<ApplicationView>> change_application(Context& context, const Caller& caller,
                                                    core::ApplicationId id, const Step& step) {
  using Outcome = Changed<ApplicationView>;
  const store::Scope scope = scope_of(caller.principal, step.permission);
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    const core::Application before = TRY(present_application(tx, scope, id));
    TRY(require_seen(caller, before.version));
    if (before.use == core::ApplicationUse::kPersonalTokens)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "This application holds a user's personal access tokens, and "
                                 "stays as it is. Revoke the tokens one by one."));
    core::Application application = before;
    step.change(application);
    application.version = TRY(store::update_application(tx, scope, application));
    TRY(tx.audit(
        audit_of(caller, {.action = step.audit,
                          .organization = application.organization,
                          .target_kind = "application",
                          .target_id = id.str(),
                          .changes = Changes::between(shown(before), shown(application))})));
    const core::Version version = application.version;
    return Outcome{TRY(view_of(tx, scope, std::move(application), tx.now())), version, tx.now()};
  });
}

}  // namespace

Result<ApplicationView> create_application(Context& context, const Caller& caller,
                                           const NewApplication& wanted) {
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<ApplicationView> {
    TRY(require_room_for_applications(tx, caller, 1));
    core::Application made =
        TRY(make_application(context, tx, caller, wanted, core::ApplicationUse::kUsual));
    return ApplicationView{std::move(made), 0};
  });
}

Result<Changed<ApplicationView>> edit_application(Context& context, const Caller& caller,
                                                  core::ApplicationId id,
                                                  const ApplicationChange& change) {
  return change_application(context, caller, id,
                            {.permission = core::Permission::kEditApplication,
                             .audit = "application.update",
                             .change = [&](core::Application& application) {
                               application.name = change.name.value_or(application.name);
                               application.description =
                                   change.description.value_or(application.description);
                             }});
}

Result<Changed<ApplicationView>> revoke_application(Context& context, const Caller& caller,
                                                    core::ApplicationId id) {
  auto revoked = TRY(change_application(context, caller, id,
                                        {.permission = core::Permission::kRevokeApplication,
                                         .audit = "application.revoke",
                                         .change = [](core::Application& application) {
                                           application.status = core::ApplicationStatus::kRevoked;
                                         }}));
  TRY(clear_left_behind(context, caller, id));
  return revoked;
}

Result<ApplicationView> get_application(Context& context, const Caller& caller,
                                        core::ApplicationId id) {
  const store::Scope scope = scope_of(caller.principal, core::Permission::kViewApplications);
  const Time now = context.clock.now();
  return context.database.read([&](store::ReadTransaction& tx) -> Result<ApplicationView> {
    return view_of(tx, scope, TRY(present_application(tx, scope, id)), now);
  });
}

Result<Listed<ApplicationView>> list_applications(Context& context, const Caller& caller,
                                                  const std::optional<core::UserId>& owner,
                                                  const Page<core::ApplicationId>& page) {
  const store::Scope scope = scope_of(caller.principal, core::Permission::kViewApplications);
  const Time now = context.clock.now();
  using Views = Listed<ApplicationView>;
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    const auto listed = TRY(store::list_applications(
        tx, scope, {.owner = owner, .revoked = store::Revoked::kLeftOut}, page));
    Views views{.items = {}, .has_more = listed.has_more};
    for (const core::Application& application : listed.items)
      views.items.push_back(TRY(view_of(tx, scope, application, now)));
    return views;
  });
}

}  // namespace claviger::service
