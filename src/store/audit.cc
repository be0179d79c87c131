#include "claviger/store/audit.h"

#include "connection.h"
#include "where.h"

namespace claviger::store {
namespace {

AuditRow read_audit_row(Row& row) {
  AuditRow audit;
  audit.sequence = row.number();
  audit.at = row.time();
  audit.entry.actor = row.optional_id<core::UserId>();
  audit.entry.organization = row.optional_id<core::OrganizationId>();
  audit.entry.action = row.text();
  audit.entry.target_kind = row.text();
  audit.entry.target_id = row.text();
  audit.entry.detail = row.text();
  audit.entry.request_id = row.text();
  audit.entry.source_ip = row.text();
  return audit;
}

}  // namespace

Result<Listed<AuditRow>> list_audit(const ReadTransaction& tx, const Scope& scope,
                                    const AuditFilter& filter, const Page<std::int64_t>& page) {
  Where where(scope);
  if (filter.actor) where.add("actor_id = :actor", {"actor", *filter.actor});
  if (filter.target_id) where.add("target_id = :target", {"target", *filter.target_id});
  if (page.after) where.add("sequence < :after", {"after", *page.after});
  where.tail(" ORDER BY sequence DESC LIMIT :limit", {"limit", Where::page_limit(page) + 1});
  auto rows = TRY(tx.connection().select(
      where.after("SELECT sequence, at, actor_id, organization_id, action, target_kind, target_id, "
                  "detail, request_id, source_ip FROM audit"),
      where.binds(), read_audit_row));
  return listed(std::move(rows), page);
}

}  // namespace claviger::store
