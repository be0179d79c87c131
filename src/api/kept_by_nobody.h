// Answers that show a secret. Private to the api module.
#pragma once

#include <utility>

#include "claviger/http/message.h"

namespace claviger::api {

/// The answer, and no cache may store it (RFC 9111 §5.2.2.5).
[[nodiscard]] inline http::Response kept_by_nobody(http::Response response) {
  response.headers.set({"Cache-Control", "no-store"});
  return response;
}

}  // namespace claviger::api
