// A client that sends exactly the bytes that a test wants.
#pragma once

#include "support/waiting.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace claviger::test {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The first value of a header, whatever the case of its name; nullopt if there is none.
[[nodiscard]] std::optional<std::string> find_header(const HeaderFields& headers,
                                                     std::string_view name);

/// Every value of a header, in order.
[[nodiscard]] std::vector<std::string> all_headers(const HeaderFields& headers,
                                                   std::string_view name);

struct HttpResponse {
  int status = 0;  ///< 0: none came
  std::string status_line;
  HeaderFields headers;
  std::string body;

  [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

/// Where a server listens.
struct Endpoint {
  std::string path;  ///< of a Unix socket; empty: TCP
  std::string host;  ///< IPv4 address
  std::uint16_t port = 0;

  static Endpoint unix_socket(std::string path) { return {.path = std::move(path), .host = {}}; }

  /// A TCP endpoint that nobody else uses: an address of the loopback network picked for this
  /// process, and a port that is free there.
  static Endpoint free_tcp();

  /// As nginx's `listen` and `server` take it.
  [[nodiscard]] std::string str() const;
};

/// What kind of answer is awaited: one to HEAD has no body.
enum class Awaits { kBody, kNoBody };

class HttpConnection {
 public:
  /// Throws std::system_error if nobody listens there.
  explicit HttpConnection(const Endpoint& endpoint);
  ~HttpConnection();
  HttpConnection(HttpConnection&& other) noexcept;
  HttpConnection& operator=(HttpConnection&& other) noexcept;

  /// Sends all bytes, as far as the peer takes them; false if it closed before.
  bool send(std::string_view bytes) const;

  /// The next response; its status is 0 if the peer closes before it is whole, or is silent for
  /// longer than `patience`.
  HttpResponse receive(Awaits awaits = Awaits::kBody,
                       std::chrono::milliseconds patience = kPatience);

  /// All bytes that come until the peer closes.
  std::string receive_rest();

  /// The descriptor, for those who speak TLS over it.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  bool receive_more();
  bool fill_until(std::string_view mark);
  bool fill_to(std::size_t size);
  bool receive_chunks(std::string& body);
  bool receive_body(HttpResponse& response);

  int descriptor_ = -1;
  std::string buffer_;  ///< received and not yet part of a response
};

/// A request as text: method, target, HTTP/1.1, Host: localhost, the headers and the body with its
/// Content-Length.
struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  HeaderFields headers = {};
  std::string body = {};

  [[nodiscard]] std::string str() const;
};

/// Sends a request on a connection of its own and returns the response.
[[nodiscard]] HttpResponse ask(const Endpoint& endpoint, const HttpRequest& request);

/// Sends bytes on a connection of their own and returns the first response. Awaits a body.
[[nodiscard]] HttpResponse ask_raw(const Endpoint& endpoint, std::string_view bytes);

}  // namespace claviger::test
