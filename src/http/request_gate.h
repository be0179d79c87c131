// The request gate: what a message must be before it counts as a request at all.
//
// Beast's parser takes some forms that a proxy in front of us may read otherwise, and that is how
// requests are smuggled past one (docs/decisions/0004-boost-beast-behind-one-header.md). The gate
// looks twice: at the raw bytes of the head, before the parser sees them, and at the fields that
// the parser found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/http/headers.h"
#include "claviger/http/problem.h"

namespace claviger::http {

/// Fields that a head may have, at most.
inline constexpr std::size_t kMostFields = 100;

/// Finds the end of a head, byte by byte as they come, and stops at the first that may not stand in
/// one: a CR or LF by itself, NUL or another control character, a folded line (RFC 9112 §2.2,
/// §5.2).
class HeadScanner {
 public:
  enum class Outcome { kIncomplete, kComplete, kMalformed, kTooLarge };

  explicit HeadScanner(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Looks at `received`: all bytes since the head's first, those of earlier calls included.
  [[nodiscard]] Outcome scan(std::string_view received);

  /// Bytes of the head with its empty line, once it is complete.
  [[nodiscard]] std::size_t size() const { return position_; }

 private:
  [[nodiscard]] bool may_follow(char c) const;

  std::size_t max_bytes_;
  std::size_t position_ = 0;
  std::size_t line_begin_ = 0;
  char previous_ = 0;
};

/// How the length of a request's body is told.
enum class Framing { kNoBody, kLength, kChunked };

/// What was read of a head, in the sender's words.
struct Head {
  std::string method;
  std::string target;
  int version = 0;  ///< 10 or 11
  Headers headers;
  bool keep_alive = false;
  Framing framing = Framing::kNoBody;
  std::uint64_t content_length = 0;
};

/// The path of the request line that `received` begins with, without its query, as far as it has
/// arrived: empty, if there is none. It is good for a refusal alone, for nothing of it is checked.
[[nodiscard]] std::string_view path_as_sent(std::string_view received);

/// Refuses a head whose framing or host could be read in two ways: not exactly one Host, a
/// Transfer-Encoding that is not exactly `chunked` or comes with HTTP/1.0 or a Content-Length, more
/// than one Content-Length or one that is not digits alone, an Expect that is not `100-continue`.
[[nodiscard]] std::optional<Problem> check_head(const Head& head);

/// A head that cannot be read: 400.
[[nodiscard]] Problem malformed_request(std::string detail);

/// A head beyond the limits: 431.
[[nodiscard]] Problem head_too_large();

/// A request that did not arrive in time: 408.
[[nodiscard]] Problem request_timed_out();

}  // namespace claviger::http
