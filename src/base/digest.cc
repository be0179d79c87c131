#include "claviger/base/digest.h"

#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace claviger {

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

void Sha256::Free::operator()(evp_md_st* algorithm) const {
  EVP_MD_free(algorithm);
}

Sha256::Sha256()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  if (!algorithm_ || !context_ ||
      EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1)
    std::abort();
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Digest Sha256::of(std::string_view text) {
  Digest digest{};
  unsigned int length = 0;
  // A null algorithm starts the context anew with the one it has: this is what saves the time.
  const bool computed =
      EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1 &&
      EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
      EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                         &length) == 1;
  if (!computed || length != digest.size()) std::abort();
  return digest;
}

Digest sha256(std::string_view text) {
  thread_local Sha256 hasher;
  return hasher.of(text);
}

Sha1Hmac hmac_sha1(std::string_view key, std::span<const std::byte> message) {
  Sha1Hmac mac{};
  unsigned int length = 0;
  const unsigned char* made =
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &length);
  if (made == nullptr || length != mac.size()) std::abort();
  return mac;
}

}  // namespace claviger
