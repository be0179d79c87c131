// Requests that were given a name by their senders, so that each is carried out once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct IdempotentRequest {
  Digest id{};    ///< of who asks, for what, by which name
  Digest body{};  ///< of what was sent
  Time began_at;
  std::optional<std::int64_t> status = {};  ///< nullopt: not answered, or nobody knows
  std::string answer = {};                  ///< JSON
};

/// The request of that id, if there is one; else nullopt, and this one is entered. Forgets those
/// that began before `forget`.
Result<std::optional<IdempotentRequest>> begin_request(WriteTransaction& tx,
                                                       const IdempotentRequest& request,
                                                       Time forget);

Result<void> answer_request(WriteTransaction& tx, const Digest& id, std::int64_t status,
                            const std::string& answer);

/// As if it had not been sent.
Result<void> forget_request(WriteTransaction& tx, const Digest& id);

}  // namespace claviger::store
