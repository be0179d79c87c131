#include "claviger/service/audit.h"

#include "claviger/service/access.h"

namespace claviger::service {
namespace {

constexpr int kRowsPerStep = 1000;

}  // namespace

Result<Listed<AuditRow>> list_audit(Context& context, const Caller& caller,
                                    const AuditFilter& filter, const Page<std::int64_t>& page) {
  const store::Scope scope = scope_of(caller.principal, core::Permission::kViewAudit);
  return context.database.read(
      [&](store::ReadTransaction& tx) { return store::list_audit(tx, scope, filter, page); });
}

Result<store::AuditWalk> verify_audit(Context& context, const Caller& caller) {
  const store::Scope scope = scope_of(caller.principal, core::Permission::kViewAudit);
  if (scope.extent() != store::Scope::Extent::kAll)
    return fail(Error::refused(
        ErrorCode::kPermissionDenied,
        "The chain runs over all organizations, so only an administrator of the first one can "
        "have it verified."));
  store::AuditWalk walk{.head = store::audit_beginning()};
  // A transaction a step: rows are only ever added, and a long one would hold up the log.
  while (!walk.is_at_end && !walk.broken)
    walk = TRY(context.database.read([&](store::ReadTransaction& tx) {
      return store::walk_audit(tx, walk.head, kRowsPerStep);
    }));
  return walk;
}

}  // namespace claviger::service
