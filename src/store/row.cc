#include "row.h"

#include <charconv>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::store {

const Column& Row::next() {
  if (position_ == columns_.size()) refuse("is not there");
  return columns_[position_++];
}

void Row::refuse(std::string_view why) const {
  throw UnreadableRow(fmt::format("column {} {}", position_, why));
}

std::optional<std::string_view> Row::optional_text() {
  const Column& column = next();
  if (column.is_null) return std::nullopt;
  return column.text;
}

std::int64_t Row::number() {
  return *understood(optional_number());
}

std::optional<std::int64_t> Row::optional_number() {
  const Column& column = next();
  if (column.is_null) return std::nullopt;
  std::int64_t number = 0;
  const char* end = column.text.data() + column.text.size();
  const auto [stop, error] = std::from_chars(column.text.data(), end, number);
  if (error != std::errc() || stop != end) refuse("is not a number");
  return number;
}

std::optional<Time> Row::optional_time() {
  const auto microseconds = optional_number();
  if (!microseconds) return std::nullopt;
  return from_microseconds(*microseconds);
}

Digest Row::digest() {
  Digest digest{};
  if (!from_hex(text(), digest)) refuse("is not a digest");
  return digest;
}

}  // namespace claviger::store
