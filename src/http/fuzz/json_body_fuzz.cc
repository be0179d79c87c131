// What parse_json() takes is JSON to nlohmann's own parser too, with the same value, no deeper than
// the limit, and text that can be written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"

namespace claviger::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t depth(const nlohmann::json& value) {
  if (!value.is_structured()) return 0;
  std::size_t deepest = 0;
  for (const nlohmann::json& item : value) deepest = std::max(deepest, depth(item));
  return deepest + 1;
}

}  // namespace
}  // namespace claviger::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace claviger::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = parse_json(text);
  if (!value) {
    require(value.error().code() == claviger::ErrorCode::kMalformedRequest);
    return 0;
  }
  require(*value == nlohmann::json::parse(text));
  require(depth(*value) <= kMostJsonDepth);
  require(*parse_json(value->dump()) == *value);
  return 0;
}
