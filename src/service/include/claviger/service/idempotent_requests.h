// Requests that are to be carried out once, however often they are sent.
#pragma once

#include <optional>

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/store/idempotent_requests.h"

namespace claviger::service {

using store::IdempotentRequest;

/// The same request of the last 24 hours, if there is one; else nullopt, and this one is at work.
/// The caller fills in `id` and `body`.
Result<std::optional<IdempotentRequest>> begin_request(Context& context, IdempotentRequest request);

/// Keeps a request's answer, in JSON and without secrets.
Result<void> answer_request(Context& context, const Digest& id, int status,
                            const std::string& answer);

/// A request that had no effect may be sent again.
Result<void> forget_request(Context& context, const Digest& id);

}  // namespace claviger::service
