#include "new_application.h"

#include "audit_entry.h"

#include "claviger/store/applications.h"

namespace claviger::service {

Result<core::Application> make_application(Context& context, store::WriteTransaction& tx,
                                           const Caller& caller, const NewApplication& wanted,
                                           core::ApplicationUse use) {
  core::Application made{.id = core::ApplicationId::make(tx.now(), context.random),
                         .organization = caller.principal.organization,
                         .owner = caller.principal.user,
                         .name = wanted.name,
                         .description = wanted.description,
                         .use = use,
                         .status = core::ApplicationStatus::kActive,
                         .created_at = tx.now(),
                         .version = {}};
  made.version = TRY(store::create_application(tx, store::TenantScope::of(caller.principal), made));
  TRY(tx.audit(audit_of(caller, {.action = "application.create",
                                 .organization = made.organization,
                                 .target_kind = "application",
                                 .target_id = made.id.str(),
                                 .changes = Changes()
                                                .made("name", made.name)
                                                .made("description", made.description)
                                                .made("ownerId", made.owner)})));
  return made;
}

}  // namespace claviger::service
