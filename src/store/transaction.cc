#include "claviger/store/transaction.h"

#include "audit_chain.h"
#include "connection.h"
#include "words.h"

namespace claviger::store {
namespace {

constexpr std::string_view kInsertAudit =
    "INSERT INTO audit (sequence, at, actor_id, actor_key_id, organization_id, action, "
    "target_kind, target_id, changes, request_id, source_ip, hash) VALUES (:sequence, :at, :actor, "
    ":actor_key, :organization, :action, :target_kind, :target_id, :changes, :request_id, "
    ":source_ip, :hash)";

/// The end of the chain. No other writer can add to it meanwhile.
Result<AuditHead> audit_head(const ReadTransaction& tx) {
  auto head = TRY(tx.connection().select_one(
      "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", {}, [](Row& row) {
        const std::int64_t sequence = row.number();
        return AuditHead{sequence, std::string(row.text())};
      }));
  return head ? *std::move(head) : audit_beginning();
}

}  // namespace

Result<core::Version> WriteTransaction::record_change(const ChangedSubject& subject) {
  if (!version_) {
    version_ = TRY(connection().select_one(
        "UPDATE change_head SET version = version + 1, is_open = 1 WHERE id = 1 RETURNING version",
        {}, [](Row& row) { return row.version(); }));
    if (!version_) return fail(Error::internal("the change log has no head"));
  }
  if (!recorded_.insert(subject).second) return *version_;
  TRY(
      connection().execute("INSERT INTO changes (version, ordinal, kind, subject, at) "
                           "VALUES (:version, :ordinal, :kind, :subject, :at)",
                           {{"version", *version_},
                            {"ordinal", static_cast<std::int64_t>(recorded_.size())},
                            {"kind", to_word(subject.kind())},
                            {"subject", subject.id()},
                            {"at", now_}}));
  return *version_;
}

Result<void> WriteTransaction::audit(const AuditEntry& entry) {
  const AuditHead head = TRY(audit_head(*this));
  AuditRow row{.sequence = head.sequence + 1, .at = now_, .entry = entry, .hash = {}};
  row.hash = audit_hash(head.hash, row);
  TRY(connection().execute(kInsertAudit, {{"sequence", row.sequence},
                                          {"at", row.at},
                                          {"actor", entry.actor},
                                          {"actor_key", entry.actor_key},
                                          {"organization", entry.organization},
                                          {"action", entry.action},
                                          {"target_kind", entry.target_kind},
                                          {"target_id", entry.target_id},
                                          {"changes", entry.changes},
                                          {"request_id", entry.request_id},
                                          {"source_ip", entry.source_ip},
                                          {"hash", row.hash}}));
  audited_ = true;
  return {};
}

Result<void> WriteTransaction::finish() {
  if (connection().has_failed())
    return fail(Error::internal("an operation went on after one of its statements had failed"));
  if (!version_) return {};
  if (!audited_)
    return fail(Error::internal("an operation changed something without an audit entry"));
  // From here on no row of the decision's inputs can be written until the next record_change().
  TRY(connection().execute("UPDATE change_head SET is_open = 0 WHERE id = 1"));
  return {};
}

}  // namespace claviger::store
