#include "claviger/base/id.h"

#include <cstdint>

namespace claviger {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

__extension__ using Uint128 = unsigned __int128;

}  // namespace

Uuid make_uuid(Time now, Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes);
  auto milliseconds = static_cast<std::uint64_t>(to_microseconds(now) / 1000);
  for (std::size_t i = 6; i-- > 0; milliseconds >>= 8)
    uuid.bytes[i] = static_cast<std::byte>(milliseconds & 0xFF);
  uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0F}) | std::byte{0x70};
  uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3F}) | std::byte{0x80};
  return uuid;
}

void write_base32(const Uuid& uuid, std::array<char, 26>& out) {
  Uint128 number = 0;
  for (const std::byte byte : uuid.bytes) number = number << 8 | std::to_integer<unsigned>(byte);
  for (std::size_t i = out.size(); i-- > 0; number >>= 5)
    out[i] = kAlphabet[static_cast<std::size_t>(number & 31)];
}

std::optional<Uuid> parse_base32(std::string_view text) {
  if (text.size() != 26 || text.front() > '7') return std::nullopt;
  Uuid uuid;
  std::size_t bit = 0;
  for (char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    for (int shift = 4; shift >= 0; --shift, ++bit) {
      if (bit < 2) continue;
      const std::size_t position = bit - 2;
      if ((value >> shift & 1U) != 0)
        uuid.bytes[position / 8] |= static_cast<std::byte>(1U << (7 - position % 8));
    }
  }
  return uuid;
}

}  // namespace claviger
