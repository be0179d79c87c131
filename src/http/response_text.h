// A response as the bytes that are sent.
#pragma once

#include <string>
#include <string_view>

#include "claviger/http/message.h"

namespace claviger::http {

/// What the server adds to a handler's response.
struct Envelope {
  std::string_view request_id;
  std::string_view date;        ///< RFC 9110 §5.6.7
  std::string_view connection;  ///< the Connection header; empty: none
  std::string_view method;      ///< of the request: the response to HEAD has no body
};

/// Everything to send. The length is always told by Content-Length.
[[nodiscard]] std::string response_text(const Response& response, const Envelope& envelope);

/// True if every header can be sent as it is: the name a token, the value without control
/// characters, so that no value can end its line and begin another.
[[nodiscard]] bool can_be_sent(const Headers& headers);

}  // namespace claviger::http
