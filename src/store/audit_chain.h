// The chain of the audit: each row's hash covers the row and the hash of the one before it, so that
// a row that was changed, taken out or slipped in shows.
//
//   hash  = hexadecimal of SHA-256 of: before "\n" row
//   before = the hash of the row with the number before; 64 times "0" for the first
//   row   = JSON array, without white space: [sequence, at, actor, actor key, organization, action,
//           target kind, target id, changes, request id, source ip]; numbers as numbers, an absent
//           id as null, all else as strings, "changes" as the text that it is
#pragma once

#include <string>

#include "claviger/store/audit.h"

namespace claviger::store {

/// What stands before the first row.
[[nodiscard]] std::string first_audit_hash();

[[nodiscard]] std::string audit_hash(const std::string& before, const AuditRow& row);

}  // namespace claviger::store
