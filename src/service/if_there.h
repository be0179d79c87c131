// What may be absent without that being an error. Private to the service module.
#pragma once

#include <optional>
#include <utility>

#include "claviger/base/result.h"

namespace claviger::service {

/// nullopt for kNotFound. Errors: every other one.
template <class Value>
Result<std::optional<Value>> if_there(Result<Value> found) {
  if (found) return std::optional<Value>(*std::move(found));
  if (found.error().code() == ErrorCode::kNotFound) return std::optional<Value>();
  return fail(found.error());
}

}  // namespace claviger::service
