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
  std::string hash;  ///< of this row and all before it, in hexadecimal
};

struct AuditFilter {
  std::optional<core::UserId> actor = {};
  std::optional<std::string> target_id = {};
  std::optional<std::string> action = {};
  std::optional<Time> from = {};
  std::optional<Time> to = {};  ///< first moment that is not wanted
};

/// The newest first; `page.after` is the sequence of the last row seen. What belongs to no
/// organization shows with AllTenants alone.
Result<Listed<AuditRow>> list_audit(const ReadTransaction& tx, const Scope& scope,
                                    const AuditFilter& filter, const Page<std::int64_t>& page);

/// The newest row's place in the chain.
struct AuditHead {
  std::int64_t sequence = 0;
  std::string hash;
};

/// The first row that does not fit what stands before it.
struct AuditBreak {
  std::int64_t sequence = 0;
  std::string why;
};

/// A walk along the chain, from `head` on; it goes on where a page ended.
struct AuditWalk {
  AuditHead head;
  std::optional<AuditBreak> broken = {};
  bool is_at_end = false;
};

/// Where a walk begins.
[[nodiscard]] AuditHead audit_beginning();

/// Follows the chain for at most `rows` rows behind `from`, and stops at the first break.
Result<AuditWalk> walk_audit(const ReadTransaction& tx, const AuditHead& from, int rows);

}  // namespace claviger::store
