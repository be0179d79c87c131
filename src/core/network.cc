#include "claviger/core/network.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace claviger::core {
namespace {

constexpr std::size_t kNetworkBytes = 17;
constexpr std::uint8_t kMappedBits = 96;

IpAddress masked(IpAddress address, std::uint8_t prefix_bits) {
  const std::size_t whole_bytes = prefix_bits / 8;
  if (whole_bytes >= address.bytes.size()) return address;
  const unsigned kept = 0xFF00U >> prefix_bits % 8 & 0xFFU;
  address.bytes[whole_bytes] = static_cast<std::uint8_t>(address.bytes[whole_bytes] & kept);
  std::fill(address.bytes.begin() + whole_bytes + 1, address.bytes.end(), std::uint8_t{0});
  return address;
}

}  // namespace

bool is_mapped_v4(const IpAddress& address) {
  constexpr std::array<std::uint8_t, 12> kMappedHead = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return std::equal(kMappedHead.begin(), kMappedHead.end(), address.bytes.begin());
}

IpAddress IpAddress::from_v4(std::span<const std::uint8_t, 4> bytes) {
  IpAddress address;
  address.bytes[10] = 0xFF;
  address.bytes[11] = 0xFF;
  std::copy(bytes.begin(), bytes.end(), address.bytes.begin() + 12);
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton reads a terminated text; nothing longer than this is an address.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, terminated.data(), v4.data()) == 1) return from_v4(v4);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const bool written_as_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned bits = written_as_v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned given = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    const bool padded = digits.size() > 1 && digits.front() == '0';
    if (!whole || padded || given > bits) return std::nullopt;
    bits = given;
  }
  const auto prefix_bits = static_cast<std::uint8_t>(written_as_v4 ? bits + kMappedBits : bits);
  if (masked(*base, prefix_bits) != *base) return std::nullopt;
  return Network{*base, prefix_bits};
}

std::string Network::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_mapped_v4(base) && prefix_bits >= kMappedBits;
  if (v4)
    inet_ntop(AF_INET, base.bytes.data() + 12, text.data(), text.size());
  else
    inet_ntop(AF_INET6, base.bytes.data(), text.data(), text.size());
  return std::string(text.data()) + '/' +
         std::to_string(v4 ? prefix_bits - kMappedBits : prefix_bits);
}

bool Network::contains(const IpAddress& address) const {
  return prefix_bits <= 128 && masked(address, prefix_bits) == base;
}

Network network_of(const IpAddress& address, NetworkSizes sizes) {
  const std::uint8_t bits = is_mapped_v4(address)
                                ? static_cast<std::uint8_t>(kMappedBits + sizes.v4_bits)
                                : sizes.v6_bits;
  return {masked(address, bits), bits};
}

std::vector<std::byte> NetworkList::encode(std::span<const Network> networks) {
  std::vector<std::byte> bytes(networks.size() * kNetworkBytes);
  std::byte* out = bytes.data();
  for (const Network& network : networks) {
    std::memcpy(out, network.base.bytes.data(), 16);
    out[16] = static_cast<std::byte>(network.prefix_bits);
    out += kNetworkBytes;
  }
  return bytes;
}

bool NetworkList::contains(const IpAddress& address) const {
  if (bytes_.size() % kNetworkBytes != 0) return false;
  for (std::size_t at = 0; at < bytes_.size(); at += kNetworkBytes) {
    Network network;
    std::memcpy(network.base.bytes.data(), bytes_.data() + at, 16);
    network.prefix_bits = std::to_integer<std::uint8_t>(bytes_[at + 16]);
    if (network.contains(address)) return true;
  }
  return false;
}

}  // namespace claviger::core
