// Result<T>: a value, or the Error that stopped it from coming into being.
//
//   Result<Key> find(KeyId id);
//
//   Result<void> touch(KeyId id) {
//     Key key = TRY(find(id));   // on error, returns it to our caller
//     …
//     return {};
//   }
//
// TRY must not stand inside another TRY's parentheses: give the inner one a line of its own.
#pragma once

#include <utility>

#include <tl/expected.hpp>

#include "claviger/base/error.h"

namespace claviger {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// An Error on its way into any Result.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

namespace detail {

template <class T>
T unwrap(Result<T>&& result) {
  return *std::move(result);
}

inline void unwrap(Result<void>&&) {}

}  // namespace detail
}  // namespace claviger

#define TRY(expression)                                                           \
  __extension__({                                                                 \
    auto try_result_ = (expression);                                              \
    if (!try_result_.has_value()) [[unlikely]]                                    \
      return ::tl::unexpected<::claviger::Error>(std::move(try_result_).error()); \
    ::claviger::detail::unwrap(std::move(try_result_));                           \
  })
