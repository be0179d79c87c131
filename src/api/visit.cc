#include "visit.h"

#include "claviger/base/encoding.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMostOfUserAgent = 200;

}  // namespace

service::Visit visit_of(const Call& call) {
  const auto agent = call.request.headers.one("User-Agent");
  const std::string_view text =
      agent ? agent->value_or("").substr(0, kMostOfUserAgent) : std::string_view();
  return {.request_id = call.request.id,
          .source_ip = call.caller.source_ip,
          .user_agent = is_utf8(text) ? std::string(text) : ""};
}

}  // namespace claviger::api
