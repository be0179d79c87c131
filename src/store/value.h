// Values on their way into a statement.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "claviger/base/id.h"
#include "claviger/base/time.h"
#include "claviger/core/version.h"

namespace claviger::store {

/// A text or a number, or the absence of one. The type stays with an absent value, because a
/// prepared statement is bound to types.
class Value {
 public:
  enum class Type : std::uint8_t { kText, kNumber };

  explicit(false) Value(std::string text) : text_(std::move(text)) {}

  explicit(false) Value(std::string_view text) : text_(text) {}

  explicit(false) Value(const char* text) : text_(text) {}

  explicit(false) Value(std::int64_t number) : type_(Type::kNumber), number_(number) {}

  explicit(false) Value(int number) : Value(std::int64_t{number}) {}

  explicit(false) Value(bool flag) : Value(std::int64_t{flag ? 1 : 0}) {}

  explicit(false) Value(Time time) : Value(to_microseconds(time)) {}

  explicit(false) Value(core::Version version) : Value(version.number) {}

  explicit(false) Value(core::Epoch epoch) : Value(epoch.number) {}

  template <class Kind>
  explicit(false) Value(const Id<Kind>& id) : Value(id.str()) {}

  template <class T>
  explicit(false) Value(const std::optional<T>& value)
      : Value(value ? Value(*value) : absent_like(Value(T()))) {}

  [[nodiscard]] Type type() const { return type_; }

  [[nodiscard]] bool is_absent() const { return is_absent_; }

  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  static Value absent_like(Value value) {
    value.is_absent_ = true;
    return value;
  }

  Type type_ = Type::kText;
  bool is_absent_ = false;
  std::string text_;
  std::int64_t number_ = 0;
};

/// The end of a validity: absent in the database where there is none.
inline Value end_value(Time end) {
  return end == kEndOfTime ? Value(std::optional<Time>()) : Value(end);
}

/// A value for the place ":name" of a statement; it may stand there several times.
struct Bind {
  std::string_view name;  ///< a literal
  Value value;
};

using Binds = std::vector<Bind>;

}  // namespace claviger::store
