// The API behind the gateway, as a test sees it: it answers, and keeps every byte that it got.
#pragma once

#include "support/http_client.h"
#include "support/temporary_directory.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace claviger::test {

/// A request as it arrived.
struct Received {
  std::string bytes;  ///< all of it
  std::string method;
  std::string target;
  HeaderFields headers;
  std::string body;

  [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

/// A server on a Unix socket, with a thread of its own. It reads a request with its Content-Length,
/// answers, and closes, as a server of HTTP/1.0 does.
class RecordingUpstream {
 public:
  /// Makes the answer to a request: status line, headers and body.
  using Answer = std::function<std::string(const Received&)>;

  RecordingUpstream();
  ~RecordingUpstream();
  RecordingUpstream(const RecordingUpstream&) = delete;
  RecordingUpstream& operator=(const RecordingUpstream&) = delete;

  [[nodiscard]] Endpoint endpoint() const { return endpoint_; }

  /// Answers so from now on. Before that, every answer is 200 with the body "ok".
  void answer_with(Answer answer);

  /// The requests so far, in the order in which they were whole.
  [[nodiscard]] std::vector<Received> requests() const;

  [[nodiscard]] std::size_t count() const { return count_; }

  void forget();

 private:
  void serve();
  void accept_all();
  bool read_from(int connection);
  std::string take(Received received);

  TemporaryDirectory directory_;
  Endpoint endpoint_;
  int listener_ = -1;
  std::map<int, std::string> connections_;  ///< what has come so far, by descriptor

  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<Received> requests_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

/// An answer of this status with these headers and this body.
[[nodiscard]] std::string answer_of(int status, const HeaderFields& headers, std::string_view body);

}  // namespace claviger::test
