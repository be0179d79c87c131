// Idempotency-Key: a POST that is sent again is answered again, and carried out once
// (draft-ietf-httpapi-idempotency-key-header). Private to the api module.
#pragma once

#include "route.h"

#include <functional>

namespace claviger::api {

/// Runs `act`, unless this caller has sent the same request under the same key within a day: then
/// its answer comes again, with null for each secret, and without its body if that was too large to
/// be kept. The caller was authorised anew before (docs/threats.md, Z09). What failed is forgotten,
/// so that it can be tried again. Errors: those of `act`; kInvalidInput for another request under
/// the same key; kConflict while the first one is at work, or if nobody knows what became of it.
Result<http::Response> answer_once(const Call& call,
                                   const std::function<Result<http::Response>()>& act);

/// The same JSON with null in place of each text that holds a secret of ours.
[[nodiscard]] nlohmann::json without_secrets(nlohmann::json document);

}  // namespace claviger::api
