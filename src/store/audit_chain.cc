#include "audit_chain.h"

#include <nlohmann/json.hpp>

#include "claviger/base/digest.h"
#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

template <class Id>
nlohmann::json id_or_null(const std::optional<Id>& id) {
  return id ? nlohmann::json(id->str()) : nlohmann::json(nullptr);
}

}  // namespace

std::string first_audit_hash() {
  return std::string(64, '0');
}

std::string audit_hash(const std::string& before, const AuditRow& row) {
  const AuditEntry& entry = row.entry;
  const nlohmann::json covered = {row.sequence,
                                  to_microseconds(row.at),
                                  id_or_null(entry.actor),
                                  id_or_null(entry.actor_key),
                                  id_or_null(entry.organization),
                                  entry.action,
                                  entry.target_kind,
                                  entry.target_id,
                                  entry.changes,
                                  entry.request_id,
                                  entry.source_ip};
  return to_hex(sha256(before + "\n" + covered.dump()));
}

}  // namespace claviger::store
