#include "claviger/store/change_log.h"

#include "connection.h"

#include <string>

namespace claviger::store {
namespace {

ChangeHead read_head(Row& row) {
  const core::Epoch epoch = row.epoch();
  const core::Version version = row.version();
  return {epoch, version, row.version()};
}

}  // namespace

Result<ChangeHead> change_head(const ReadTransaction& tx) {
  const auto head = TRY(tx.connection().select_one(
      "SELECT epoch, version, kept_after FROM change_head WHERE id = 1", {}, read_head));
  if (!head) return fail(Error::internal("the change log has no head"));
  return *head;
}

Result<bool> has_standing_changed(const ReadTransaction& tx, core::Version version,
                                  const std::optional<core::KeyId>& key) {
  std::string sql =
      "SELECT 1 FROM changes WHERE version > :version AND kind IN ('organization', 'user', "
      "'right-set'";
  sql += key ? ", 'application') UNION ALL SELECT 1 FROM changes WHERE version > :version AND "
               "kind = 'key' AND subject = :key"
             : ")";
  sql += " UNION ALL SELECT 1 FROM change_head WHERE kept_after > :version LIMIT 1";
  Binds binds = {{"version", version}};
  if (key) binds.push_back({"key", *key});
  const auto changed =
      TRY(tx.connection().select_one(sql, binds, [](Row& row) { return row.number(); }));
  return changed.has_value();
}

Result<void> forget_changes(WriteTransaction& tx, core::Version through) {
  TRY(
      tx.connection().execute("UPDATE change_head SET kept_after = :through "
                              "WHERE id = 1 AND kept_after < :through AND version >= :through",
                              {{"through", through}}));
  TRY(tx.connection().execute(
      "DELETE FROM changes WHERE version <= (SELECT kept_after FROM change_head WHERE id = 1)"));
  return {};
}

Result<core::Epoch> start_epoch(WriteTransaction& tx) {
  const auto epoch = TRY(tx.connection().select_one(
      "UPDATE change_head SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch", {},
      [](Row& row) { return row.epoch(); }));
  if (!epoch) return fail(Error::internal("the change log has no head"));
  return *epoch;
}

}  // namespace claviger::store
