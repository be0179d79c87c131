// A request that was read, and the response to it.
#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "claviger/http/headers.h"
#include "claviger/http/parameters.h"

namespace claviger::http {

struct Request {
  std::string id;      ///< X-Request-Id: the client's, or one made by us
  std::string method;  ///< as sent; HEAD stays HEAD, though the route of GET answers it
  std::string path;    ///< canonical, still percent-encoded, without the query
  Parameters query;
  Headers headers;
  std::string body;          ///< complete, without its transfer coding
  std::string peer_address;  ///< the address at the other end of the socket: perhaps a proxy's
  /// When the route's time budget ends. A handler that waits for something waits no longer.
  std::chrono::steady_clock::time_point deadline;
};

struct Response {
  int status = 200;
  /// Everything but Content-Length, Transfer-Encoding, Connection, Date and X-Request-Id: those are
  /// the server's own, and are dropped here.
  Headers headers;
  std::string body;
};

/// A response with `body` as application/json. A text in it that is not UTF-8 gets U+FFFD where it
/// is broken.
[[nodiscard]] Response json_response(int status, const nlohmann::json& body);

/// 204, for what worked and has nothing to say.
[[nodiscard]] Response no_content();

}  // namespace claviger::http
