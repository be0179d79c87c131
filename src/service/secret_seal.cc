#include "claviger/service/secret_seal.h"

#include <span>
#include <vector>

#include <sodium.h>

#include "claviger/base/encoding.h"

namespace claviger::service {
namespace {

constexpr std::string_view kUse = "claviger secret 1";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

SecretSeal::SecretSeal(const Secret& server_key) {
  static_assert(sizeof(key_) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  crypto_generichash(key_.data(), key_.size(), bytes_of(kUse), kUse.size(),
                     bytes_of(server_key.reveal()), server_key.reveal().size());
}

SecretSeal::~SecretSeal() {
  sodium_memzero(key_.data(), key_.size());
}

std::string SecretSeal::seal(std::string_view purpose, std::string_view text,
                             Random& random) const {
  std::vector<std::byte> sealed(kNonceBytes + text.size() + kTagBytes);
  const std::span<std::byte> nonce = std::span(sealed).first(kNonceBytes);
  random.fill(nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(std::span(sealed).subspan(kNonceBytes)), nullptr, bytes_of(text), text.size(),
      bytes_of(purpose), purpose.size(), nullptr, bytes_of(nonce), key_.data());
  return to_hex(sealed);
}

std::optional<Secret> SecretSeal::open(std::string_view purpose, std::string_view sealed) const {
  std::vector<std::byte> bytes(sealed.size() / 2);
  if (bytes.size() < kNonceBytes + kTagBytes || !from_hex(sealed, bytes)) return std::nullopt;
  const std::span<std::byte> nonce = std::span(bytes).first(kNonceBytes);
  const std::span<std::byte> body = std::span(bytes).subspan(kNonceBytes);
  std::string text(body.size() - kTagBytes, '\0');
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes_of(body), body.size(),
      bytes_of(purpose), purpose.size(), bytes_of(nonce), key_.data());
  if (failed != 0) return std::nullopt;
  return Secret(std::move(text));
}

Digest SecretSeal::digest(std::string_view purpose, std::string_view text) const {
  // The length keeps the two texts apart, and the mark what is digested from what is sealed.
  std::string whole = "digest " + std::to_string(purpose.size()) + ':';
  whole.append(purpose).append(text);
  Digest digest{};
  crypto_generichash(bytes_of(std::span(digest)), digest.size(), bytes_of(whole), whole.size(),
                     key_.data(), key_.size());
  sodium_memzero(whole.data(), whole.size());
  return digest;
}

}  // namespace claviger::service
