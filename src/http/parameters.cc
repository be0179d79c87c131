#include "claviger/http/parameters.h"

#include "percent.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::http {
namespace {

Error malformed(std::string text) {
  return Error::refused(ErrorCode::kMalformedRequest, std::move(text));
}

Result<std::string> decoded(std::string_view text) {
  std::optional<std::string> plain = percent_decoded(text, Plus::kIsSpace);
  if (!plain || !is_utf8(*plain) || has_control_characters(*plain))
    return fail(malformed("A parameter is not percent-encoded UTF-8 without control characters."));
  return *std::move(plain);
}

}  // namespace

Result<Parameters> Parameters::parse(std::string_view text) {
  Parameters parsed;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (parsed.size() == kMostParameters)
      return fail(malformed(fmt::format("More than {} parameters are given.", kMostParameters)));
    const std::size_t name_length = std::min(pair.find('='), pair.size());
    std::string name = TRY(decoded(pair.substr(0, name_length)));
    std::string value = TRY(decoded(pair.substr(std::min(name_length + 1, pair.size()))));
    parsed.parameters_.push_back({.name = std::move(name), .value = std::move(value)});
  }
  return parsed;
}

Result<std::optional<std::string_view>> Parameters::one(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name != name) continue;
    if (found)
      return fail(malformed(fmt::format("The parameter \"{}\" may stand only once.", name)));
    found = parameter.value;
  }
  return found;
}

std::size_t Parameters::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(parameters_.begin(), parameters_.end(),
                    [name](const Parameter& parameter) { return parameter.name == name; }));
}

Parameters Parameters::without(std::string_view name) const {
  Parameters others;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name != name) others.parameters_.push_back(parameter);
  }
  return others;
}

}  // namespace claviger::http
