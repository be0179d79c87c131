#include "claviger/store/audit.h"

#include "audit_chain.h"
#include "connection.h"
#include "where.h"

#include <fmt/format.h>

namespace claviger::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT sequence, at, actor_id, actor_key_id, organization_id, action, target_kind, target_id, "
    "changes, request_id, source_ip, hash FROM audit";

AuditRow read_audit_row(Row& row) {
  AuditRow audit;
  audit.sequence = row.number();
  audit.at = row.time();
  audit.entry.actor = row.optional_id<core::UserId>();
  audit.entry.actor_key = row.optional_id<core::KeyId>();
  audit.entry.organization = row.optional_id<core::OrganizationId>();
  audit.entry.action = row.text();
  audit.entry.target_kind = row.text();
  audit.entry.target_id = row.text();
  audit.entry.changes = row.text();
  audit.entry.request_id = row.text();
  audit.entry.source_ip = row.text();
  audit.hash = row.text();
  return audit;
}

/// What does not fit about a row that should stand behind `before`; empty if it fits.
std::string misfit(const AuditHead& before, const AuditRow& row) {
  if (row.sequence != before.sequence + 1)
    return fmt::format("row {} is missing", before.sequence + 1);
  if (audit_hash(before.hash, row) != row.hash)
    return fmt::format("row {} does not fit its hash: it, or one before it, was changed",
                       row.sequence);
  return {};
}

}  // namespace

Result<Listed<AuditRow>> list_audit(const ReadTransaction& tx, const Scope& scope,
                                    const AuditFilter& filter, const Page<std::int64_t>& page) {
  Where where(scope);
  if (filter.actor) where.add("actor_id = :actor", {"actor", *filter.actor});
  if (filter.target_id) where.add("target_id = :target", {"target", *filter.target_id});
  if (filter.action) where.add("action = :action", {"action", *filter.action});
  if (filter.from) where.add("at >= :from", {"from", *filter.from});
  if (filter.to) where.add("at < :to", {"to", *filter.to});
  if (page.after) where.add("sequence < :after", {"after", *page.after});
  where.tail(" ORDER BY sequence DESC LIMIT :limit", {"limit", Where::page_limit(page) + 1});
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_audit_row));
  return listed(std::move(rows), page);
}

AuditHead audit_beginning() {
  return {.sequence = 0, .hash = first_audit_hash()};
}

Result<AuditWalk> walk_audit(const ReadTransaction& tx, const AuditHead& from, int rows) {
  const std::vector<AuditRow> page = TRY(tx.connection().select(
      std::string(kSelect) + " WHERE sequence > :from ORDER BY sequence LIMIT :limit",
      {{"from", from.sequence}, {"limit", rows}}, read_audit_row));
  AuditWalk walk{.head = from};
  for (const AuditRow& row : page) {
    std::string why = misfit(walk.head, row);
    if (!why.empty()) {
      walk.broken = AuditBreak{walk.head.sequence + 1, std::move(why)};
      return walk;
    }
    walk.head = {row.sequence, row.hash};
  }
  walk.is_at_end = page.size() < static_cast<std::size_t>(rows);
  return walk;
}

}  // namespace claviger::store
