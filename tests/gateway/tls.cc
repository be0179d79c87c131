#include "tls.h"

#include <cstdio>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace claviger::test {
namespace {

constexpr long kDaySeconds = 86400;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

}  // namespace

Certificate::Certificate() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  require(key && certificate, "no memory for a certificate");
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDaySeconds);
  X509_set_pubkey(certificate.get(), key.get());
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0, "sign a certificate");
  const std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(file().c_str(), "w"), std::fclose);
  require(
      out && PEM_write_X509(out.get(), certificate.get()) == 1 &&
          PEM_write_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "write a certificate");
}

void TlsConnection::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

void TlsConnection::Free::operator()(ssl_st* connection) const {
  SSL_free(connection);
}

TlsConnection::TlsConnection(const Endpoint& endpoint, const std::string& server_name)
    : connection_(endpoint),
      context_(SSL_CTX_new(TLS_client_method())),
      tls_(context_ ? SSL_new(context_.get()) : nullptr) {
  require(tls_ != nullptr, "no memory for TLS");
  if (!server_name.empty()) SSL_set_tlsext_host_name(tls_.get(), server_name.c_str());
  SSL_set_fd(tls_.get(), connection_.descriptor());
  require(SSL_connect(tls_.get()) == 1, "the TLS handshake fails");
}

void TlsConnection::send(std::string_view bytes) {
  SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsConnection::receive_rest() {
  std::string all;
  char bytes[4096];
  for (int size = 0; (size = SSL_read(tls_.get(), bytes, sizeof(bytes))) > 0;)
    all.append(bytes, static_cast<std::size_t>(size));
  return all;
}

}  // namespace claviger::test
