// Reading the audit. It is written through WriteTransaction::audit() alone, and never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct AuditRow {
  std::int64_t sequence = 0;  ///< 1, 2, 3 … without a gap
  Time at;
  AuditEntry entry;
};

struct AuditFilter {
  std::optional<core::UserId> actor = {};
  std::optional<std::string> target_id = {};
};

/// The newest first; `page.after` is the sequence of the last row seen. What belongs to no
/// organization shows with AllTenants alone.
Result<Listed<AuditRow>> list_audit(const ReadTransaction& tx, const Scope& scope,
                                    const AuditFilter& filter, const Page<std::int64_t>& page);

}  // namespace claviger::store
