// Writes in a caller's name. Private to the service module.
#pragma once

#include <type_traits>
#include <utility>

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// Looks again whether the caller is still who came in, with no fewer permissions and roles than
/// then; a key must not have changed at all. Rights on APIs are not looked at: they are what a key
/// is cut to at every call. Errors: kSignInRequired; kPermissionDenied if something is missing.
Result<void> require_standing(const store::WriteTransaction& tx, const Caller& caller);

/// context.database.write(), for a caller who may still act when it is their turn: between a
/// request's admission and its write others are written, and one of them may have stopped this very
/// caller. Nothing is written behind the answer to that (docs/threats.md, K02).
template <class Change>
auto write_as(Context& context, const Caller& caller, Change change) {
  using Outcome = std::invoke_result_t<Change, store::WriteTransaction&>;
  return context.database.write([&](store::WriteTransaction& tx) -> Outcome {
    TRY(require_standing(tx, caller));
    return change(tx);
  });
}

}  // namespace claviger::service
