#include "claviger/service/idempotent_requests.h"

namespace claviger::service {
namespace {

constexpr Microseconds kRemembered = std::chrono::hours{24};

}  // namespace

Result<std::optional<IdempotentRequest>> begin_request(Context& context,
                                                       IdempotentRequest request) {
  return context.database.write([&](store::WriteTransaction& tx) {
    request.began_at = tx.now();
    return store::begin_request(tx, request, tx.now() - kRemembered);
  });
}

Result<void> answer_request(Context& context, const Digest& id, int status,
                            const std::string& answer) {
  return context.database.write(
      [&](store::WriteTransaction& tx) { return store::answer_request(tx, id, status, answer); });
}

Result<void> forget_request(Context& context, const Digest& id) {
  return context.database.write(
      [&](store::WriteTransaction& tx) { return store::forget_request(tx, id); });
}

}  // namespace claviger::service
