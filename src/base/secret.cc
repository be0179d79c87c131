#include "claviger/base/secret.h"

#include <utility>

#include <openssl/crypto.h>

namespace claviger {

Secret::Secret(std::string&& text) : text_(text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

// Copied and wiped, not moved: a moved-from short string keeps its bytes in place.
// NOLINTNEXTLINE(performance-move-constructor-init): see above
Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = other.text_;
    other.wipe();
  }
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() noexcept {
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace claviger
