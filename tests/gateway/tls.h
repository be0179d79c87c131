// TLS as a test needs it: a certificate that nobody vouches for, and a client that does not mind.
#pragma once

#include "support/http_client.h"
#include "support/temporary_directory.h"

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace claviger::test {

/// A self-signed certificate with its private key, made anew.
class Certificate {
 public:
  Certificate();

  /// A PEM file with both.
  [[nodiscard]] std::string file() const { return directory_.file("server.pem"); }

 private:
  TemporaryDirectory directory_;
};

/// A connection that names `server_name` in its handshake (SNI), or no name if that is empty.
class TlsConnection {
 public:
  /// Throws std::runtime_error if the handshake fails.
  TlsConnection(const Endpoint& endpoint, const std::string& server_name);

  void send(std::string_view bytes);

  /// All that comes until the peer closes.
  std::string receive_rest();

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* connection) const;
  };

  HttpConnection connection_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
  std::unique_ptr<ssl_st, Free> tls_;
};

}  // namespace claviger::test
