// Answers of HTTP/1.1, read piece by piece: what our servers and nginx send, no more.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace claviger::bench {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// Collects bytes of one connection and cuts answers off them. An answer must state its length:
/// by Content-Length, or by a status that has no body.
class HttpAnswerReader {
 public:
  void take(std::string_view bytes) { unread_ += bytes; }

  /// The next whole answer; nullopt while there is none. Ends is_sound() at what it cannot read.
  [[nodiscard]] std::optional<HttpAnswer> next();

  [[nodiscard]] bool is_sound() const { return is_sound_; }

 private:
  std::nullopt_t unsound();

  std::string unread_;
  bool is_sound_ = true;
};

}  // namespace claviger::bench
