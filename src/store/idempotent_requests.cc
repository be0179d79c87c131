#include "claviger/store/idempotent_requests.h"

#include "connection.h"

#include "claviger/base/encoding.h"

namespace claviger::store {

Result<std::optional<IdempotentRequest>> begin_request(WriteTransaction& tx,
                                                       const IdempotentRequest& request,
                                                       Time forget) {
  TRY(tx.connection().execute("DELETE FROM idempotent_requests WHERE began_at < :forget",
                              {{"forget", forget}}));
  auto present = TRY(tx.connection().select_one(
      "SELECT id, body, began_at, status, answer FROM idempotent_requests WHERE id = :id",
      {{"id", to_hex(request.id)}}, [](Row& row) {
        IdempotentRequest found;
        found.id = row.digest();
        found.body = row.digest();
        found.began_at = row.time();
        found.status = row.optional_number();
        found.answer = row.text();
        return found;
      }));
  if (present) return present;
  TRY(tx.connection().execute(
      "INSERT INTO idempotent_requests (id, body, began_at, status, answer) "
      "VALUES (:id, :body, :began_at, NULL, '')",
      {{"id", to_hex(request.id)},
       {"body", to_hex(request.body)},
       {"began_at", request.began_at}}));
  return std::optional<IdempotentRequest>();
}

Result<void> answer_request(WriteTransaction& tx, const Digest& id, std::int64_t status,
                            const std::string& answer) {
  TRY(tx.connection().execute(
      "UPDATE idempotent_requests SET status = :status, answer = :answer WHERE id = :id",
      {{"status", status}, {"answer", answer}, {"id", to_hex(id)}}));
  return {};
}

Result<void> forget_request(WriteTransaction& tx, const Digest& id) {
  TRY(tx.connection().execute("DELETE FROM idempotent_requests WHERE id = :id",
                              {{"id", to_hex(id)}}));
  return {};
}

}  // namespace claviger::store
