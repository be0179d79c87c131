// One row of an answer, read from its first column to its last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "claviger/base/digest.h"
#include "claviger/base/time.h"
#include "claviger/core/version.h"

namespace claviger::store {

/// A row does not hold what its reader expects: the database was changed by hand, or is damaged.
/// Never leaves the module; Connection makes an Error of it.
class UnreadableRow : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a column held.
struct Column {
  std::string_view text;
  bool is_null = false;
};

/// Each call reads the next column. Texts last until the next row. Throws UnreadableRow.
class Row {
 public:
  explicit Row(std::span<const Column> columns) : columns_(columns) {}

  std::string_view text() { return present(next()); }

  std::optional<std::string_view> optional_text();

  std::int64_t number();
  std::optional<std::int64_t> optional_number();

  bool flag() { return number() != 0; }

  Time time() { return from_microseconds(number()); }

  std::optional<Time> optional_time();

  /// A time that is absent where there is no end.
  Time end() { return optional_time().value_or(kEndOfTime); }

  core::Version version() { return {number()}; }

  core::Epoch epoch() { return {number()}; }

  Digest digest();

  template <class Id>
  Id id() {
    return *understood(Id::parse(text()));
  }

  template <class Id>
  std::optional<Id> optional_id() {
    const auto value = optional_text();
    if (!value) return std::nullopt;
    return understood(Id::parse(*value));
  }

  /// Reads a word with one of the parse_…() functions, which return an optional.
  template <class Parse>
  auto word(Parse parse) {
    return *understood(parse(text()));
  }

  template <class Parse>
  auto optional_word(Parse parse) -> decltype(parse(std::string_view())) {
    const auto value = optional_text();
    if (!value) return std::nullopt;
    return understood(parse(*value));
  }

 private:
  const Column& next();
  [[noreturn]] void refuse(std::string_view why) const;

  std::string_view present(const Column& column) const {
    if (column.is_null) refuse("is NULL");
    return column.text;
  }

  template <class T>
  std::optional<T> understood(std::optional<T> value) const {
    if (!value) refuse("cannot be read");
    return value;
  }

  std::span<const Column> columns_;
  std::size_t position_ = 0;
};

}  // namespace claviger::store
