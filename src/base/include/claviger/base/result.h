// Result<T>: a value, or the Error that stopped it from coming into being.
//
//   Result<Key> find(KeyId id);
//
//   Result<void> touch(KeyId id) {
//     Key key = TRY(find(id));   // on error, returns it to our caller
//     …
//     return {};
//   }
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

// A name of its own for each use: TRY may stand within another one's argument.
// NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared stands in none.
#define CLAVIGER_TRY_WITH(expression, name)                                \
  __extension__({                                                          \
    auto name = (expression);                                              \
    if (!name.has_value()) [[unlikely]]                                    \
      return ::tl::unexpected<::claviger::Error>(std::move(name).error()); \
    ::claviger::detail::unwrap(std::move(name));                           \
  })
// NOLINTEND(bugprone-macro-parentheses): the end of what declares a name.
#define CLAVIGER_TRY_NUMBERED(expression, number) CLAVIGER_TRY_WITH(expression, try_result_##number)
#define CLAVIGER_TRY_COUNTED(expression, number) CLAVIGER_TRY_NUMBERED(expression, number)
#define TRY(expression) CLAVIGER_TRY_COUNTED(expression, __COUNTER__)
