#include "claviger/http/headers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace claviger::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

auto named(std::string_view name) {
  return [name](const Headers::Field& field) { return equal_ignoring_case(field.name, name); };
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(Field field) {
  fields_.push_back(std::move(field));
}

void Headers::set(Field field) {
  std::erase_if(fields_, named(field.name));
  fields_.push_back(std::move(field));
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), named(name));
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), named(name)));
}

Result<std::optional<std::string_view>> Headers::one(std::string_view name) const {
  const auto first = std::find_if(fields_.begin(), fields_.end(), named(name));
  if (first == fields_.end()) return std::nullopt;
  if (std::any_of(std::next(first), fields_.end(), named(name)))
    return fail(Error::refused(ErrorCode::kMalformedRequest,
                               fmt::format("The header {} may stand only once.", name)));
  return std::optional<std::string_view>(first->value);
}

}  // namespace claviger::http
