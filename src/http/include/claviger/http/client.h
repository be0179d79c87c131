// The HTTP client of the command line: one request, one response, errors that a user can act on.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/http/headers.h"

namespace claviger::http {

struct ClientSettings {
  std::optional<std::string> ca_file;  ///< PEM; instead of the system's certificates
  std::string user_agent = "claviger";
  std::size_t max_response_bytes = 64 * 1024 * 1024;
};

/// What becomes of a request whose connection is lost before its response has arrived. Nobody knows
/// then whether it had its effect: send only that again which may come twice.
enum class Repeat { kNever, kOnceIfLost };

struct ClientRequest {
  std::string method;
  std::string url;  ///< http or https
  Headers headers;
  std::string body;                   ///< sent if not empty, or if the method is POST, PUT or PATCH
  std::chrono::milliseconds timeout;  ///< for everything, from resolving the name on
  Repeat repeat = Repeat::kNever;
};

struct ClientResponse {
  int status;
  Headers headers;
  std::string body;
};

/// Keeps its connection open between requests. Follows no redirect, so that a credential reaches no
/// host but the one it was meant for, and always verifies certificates. For one thread at a time.
class Client {
 public:
  explicit Client(ClientSettings settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Sends `request` with `bearer_token`, if that is not empty, as its Authorization. Any status is
  /// a response. kUnavailable, in a sentence for the user, if none came; kInvalidInput if the
  /// request itself cannot be sent (a URL of another scheme, a header with a line break).
  [[nodiscard]] Result<ClientResponse> send(const ClientRequest& request,
                                            const Secret& bearer_token);

 private:
  class Transfer;

  struct CloseHandle {
    void operator()(void* handle) const;
  };

  ClientSettings settings_;
  std::unique_ptr<void, CloseHandle> handle_;  ///< a CURL*
};

}  // namespace claviger::http
