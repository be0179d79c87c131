// One keep-alive connection with a credential, to the REST API or to a gateway. For one thread.
#pragma once

#include "bench/support/http_answer.h"
#include "bench/support/socket.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "claviger/base/result.h"

namespace claviger::bench {

/// Where to connect to, and as whom.
struct RestAccess {
  std::uint16_t port = 0;
  std::string token;  ///< sent as bearer token
};

class RestClient {
 public:
  explicit RestClient(RestAccess access);

  /// The bytes of a POST with a JSON body: made once where the same is sent again and again.
  [[nodiscard]] std::string post_text(std::string_view path, std::string_view json) const;

  /// The answer to a GET. Errors: kUnavailable if there is none.
  Result<HttpAnswer> get(std::string_view path);

  /// Sends a request's bytes and waits for the answer. Errors: kUnavailable if there is none.
  Result<HttpAnswer> exchange(std::string_view request);

  /// Posts and returns the body of the answer. Errors: kUnavailable if there is none or its status
  /// is not `expected`.
  Result<std::string> post(std::string_view path, std::string_view json, int expected);

 private:
  RestAccess access_;
  Socket socket_;
  HttpAnswerReader reader_;
};

}  // namespace claviger::bench
