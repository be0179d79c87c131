// Reading the audit, and proving that nobody has touched it.
#pragma once

#include <cstdint>
#include <optional>

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"
#include "claviger/store/audit.h"

namespace claviger::service {

using store::AuditFilter;
using store::AuditRow;
using store::AuditWalk;

/// The newest first, of the organizations that "View audit" reaches.
Result<Listed<AuditRow>> list_audit(Context& context, const Caller& caller,
                                    const AuditFilter& filter, const Page<std::int64_t>& page);

/// The chain of all rows, whosever they are, from the first to the last. Needs "View audit" in all
/// organizations: what a walk tells is about all. Errors: kPermissionDenied.
Result<AuditWalk> verify_audit(Context& context, const Caller& caller);

}  // namespace claviger::service
