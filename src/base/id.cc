#include "claviger/base/id.h"

#include <cstdint>

namespace claviger {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/// Five bits of the 130-bit number that is two zero bits and then the UUID, from the front.
unsigned five_bits(const Uuid& uuid, std::size_t index) {
  unsigned value = 0;
  for (std::size_t bit = index * 5; bit < index * 5 + 5; ++bit) {
    value <<= 1;
    if (bit < 2) continue;
    const std::size_t position = bit - 2;
    value |= std::to_integer<unsigned>(uuid.bytes[position / 8] >> (7 - position % 8)) & 1U;
  }
  return value;
}

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
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kAlphabet[five_bits(uuid, i)];
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
