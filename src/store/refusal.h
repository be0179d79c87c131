// Refusals that several repositories share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "claviger/base/result.h"

namespace claviger::store {

/// `what`: "application". Absent and foreign look alike.
inline Error not_found(std::string_view what) {
  return Error::refused(ErrorCode::kNotFound, "There is no such " + std::string(what) + '.');
}

/// The item, or kNotFound.
template <class T>
Result<T> found(std::optional<T> item, std::string_view what) {
  if (!item) return fail(not_found(what));
  return *std::move(item);
}

/// kNotFound where an update met no row.
inline Result<void> found_row(std::int64_t rows, std::string_view what) {
  if (rows == 0) return fail(not_found(what));
  return {};
}

}  // namespace claviger::store
