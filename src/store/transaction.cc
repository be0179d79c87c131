#include "claviger/store/transaction.h"

#include "connection.h"
#include "words.h"

namespace claviger::store {
namespace {

constexpr std::string_view kInsertAudit =
    "INSERT INTO audit (sequence, at, actor_id, organization_id, action, target_kind, target_id, "
    "detail, request_id, source_ip) VALUES ((SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit), "
    ":at, "
    ":actor, :organization, :action, :target_kind, :target_id, :detail, :request_id, :source_ip)";

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
  TRY(connection().execute(kInsertAudit, {{"at", now_},
                                          {"actor", entry.actor},
                                          {"organization", entry.organization},
                                          {"action", entry.action},
                                          {"target_kind", entry.target_kind},
                                          {"target_id", entry.target_id},
                                          {"detail", entry.detail},
                                          {"request_id", entry.request_id},
                                          {"source_ip", entry.source_ip}}));
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
