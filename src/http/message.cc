#include "claviger/http/message.h"

#include <nlohmann/json.hpp>

namespace claviger::http {

Response json_response(int status, const nlohmann::json& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Response no_content() {
  return {.status = 204, .headers = {}, .body = {}};
}

}  // namespace claviger::http
