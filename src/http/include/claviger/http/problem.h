// Problem documents (RFC 9457): what a client learns when its request is not carried out.
//
//   {"type":"/problems/not-found","title":"Not found","status":404,"detail":"…","code":"not-found",
//    "requestId":"…","errors":[{"pointer":"/name","code":"missing","detail":"…"}]}
//
// `type` is a page on the server itself; `errors` stands only where single places are at fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/error.h"
#include "claviger/http/message.h"

namespace claviger::http {

struct Problem {
  int status;
  std::string code;   ///< stable, for programs
  std::string title;  ///< the same for every problem of this code
  std::string detail;
  std::vector<Fault> faults;
  std::optional<RateLimit> rate_limit = {};
};

inline constexpr std::size_t kErrorCodeCount = static_cast<std::size_t>(ErrorCode::kInternal) + 1;

/// What the server refuses by itself, before a message is a request that somebody could answer.
enum class MessageFault : std::uint8_t {
  kTimeout,      ///< it took too long to arrive
  kExpectation,  ///< an Expect that nobody meets
  kLargeHead,    ///< a request line and headers beyond what the server reads
};

inline constexpr std::size_t kMessageFaultCount =
    static_cast<std::size_t>(MessageFault::kLargeHead) + 1;

/// The fault's code: "request-timeout".
[[nodiscard]] std::string_view to_string(MessageFault fault);

/// The one place where codes become statuses and titles.
[[nodiscard]] int status_of(ErrorCode code);
[[nodiscard]] int status_of(MessageFault fault);
[[nodiscard]] std::string_view title_of(ErrorCode code);
[[nodiscard]] std::string_view title_of(MessageFault fault);

/// The public side of `error`.
[[nodiscard]] Problem problem_of(const Error& error);

[[nodiscard]] Problem problem_of(MessageFault fault, std::string detail);

/// `problem` as application/problem+json. With 401 goes WWW-Authenticate, with 429 and 503
/// Retry-After, with a rate limit RateLimit and RateLimit-Policy; Allow, for 405, is the caller's
/// to set.
[[nodiscard]] Response problem_response(const Problem& problem, std::string_view request_id);

/// How problems look to whoever asks below a path, where that is another form than RFC 9457's.
struct ProblemForm {
  std::string base;  ///< "/api/v3": the path itself, and what lies below it
  std::function<Response(const Problem&, std::string_view request_id)> response;  ///< thread-safe
};

/// Writes the internal text of `error` to the log, under the request id. It goes nowhere else.
void log_cause(const Error& error, const Request& request);

/// The response to a request that ended in `error`, whose cause is logged.
[[nodiscard]] Response error_response(const Error& error, const Request& request);

}  // namespace claviger::http
