// Whatever the path, a parameter that is handed out is plain text within its segment.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "claviger/base/encoding.h"
#include "claviger/http/router.h"

namespace claviger::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Route get(std::string path) {
  return {.method = "GET",
          .path = std::move(path),
          .max_body_bytes = 0,
          .content_types = {},
          .time_budget = std::chrono::seconds(1),
          .handler = [](const Request&, const PathParameters&) { return no_content(); }};
}

const Router& router() {
  static const Router built = *Router::build({get("/"), get("/v1/keys"), get("/v1/keys/{id}"),
                                              get("/v1/{kind}/{id}/renew"), get("/f/{rest*}")});
  return built;
}

}  // namespace
}  // namespace claviger::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace claviger;
  using namespace claviger::http;
  const std::string_view path(reinterpret_cast<const char*>(data), size);
  const Router::Outcome outcome = router().find("GET", path);
  const auto* match = std::get_if<Router::Match>(&outcome);
  if (match == nullptr) return 0;
  for (const char* name : {"kind", "id", "rest"}) {
    const std::string_view value = match->parameters.get(name);
    require(is_utf8(value) && !has_control_characters(value));
    require(std::string_view(name) == "rest" || value.find('/') == std::string_view::npos);
  }
  return 0;
}
