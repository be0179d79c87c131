#include "claviger/api/cursor.h"

#include <vector>

#include <sodium.h>

namespace claviger::api {
namespace {

constexpr std::string_view kUse = "claviger cursor 1";
constexpr std::size_t kLongestCursor = 4096;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kVariant);
  text.pop_back();  // its terminating zero
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       text.data(), text.size(), nullptr, &size, nullptr,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failed != 0) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace

CursorSeal::CursorSeal(const Secret& server_key) {
  crypto_generichash(key_.data(), key_.size(), bytes_of(kUse), kUse.size(),
                     bytes_of(server_key.reveal()), server_key.reveal().size());
}

CursorSeal::Mac CursorSeal::mac_of(std::string_view purpose, std::string_view position) const {
  // The length keeps the two texts apart.
  std::string text = std::to_string(purpose.size()) + ':';
  text.append(purpose).append(position);
  Mac mac{};
  crypto_generichash(mac.data(), mac.size(), bytes_of(text), text.size(), key_.data(), key_.size());
  return mac;
}

std::string CursorSeal::seal(std::string_view purpose, std::string_view position) const {
  const Mac mac = mac_of(purpose, position);
  std::string sealed(mac.begin(), mac.end());
  return to_base64url(sealed.append(position));
}

std::optional<std::string> CursorSeal::open(std::string_view purpose,
                                            std::string_view cursor) const {
  if (cursor.size() > kLongestCursor) return std::nullopt;
  const auto sealed = from_base64url(cursor);
  if (!sealed || sealed->size() < sizeof(Mac)) return std::nullopt;
  std::string position = sealed->substr(sizeof(Mac));
  const Mac mac = mac_of(purpose, position);
  if (sodium_memcmp(mac.data(), sealed->data(), mac.size()) != 0) return std::nullopt;
  return position;
}

}  // namespace claviger::api
