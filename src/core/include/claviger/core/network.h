// IP addresses and networks: the allow-list of a key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::core {

/// An address in the form of IPv6; an IPv4 address is its IPv4-mapped one (RFC 4291 §2.5.5.2), so
/// that the two spellings of one peer are one address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  static IpAddress from_v4(std::span<const std::uint8_t, 4> bytes);

  static std::optional<IpAddress> parse(std::string_view text);

  bool operator==(const IpAddress&) const = default;
};

/// An address range, CIDR. Its 17-byte form (address, prefix length in bits of 128) is what the
/// keyring holds.
struct Network {
  IpAddress base;
  std::uint8_t prefix_bits = 128;  ///< of the 128 bits; an IPv4 /8 is 104

  /// Reads "10.0.0.0/8", "2001:db8::/32" or a single address. nullopt for anything else, and for a
  /// range with bits set behind its prefix ("10.0.0.1/8"), which is most often a slip.
  static std::optional<Network> parse(std::string_view text);

  [[nodiscard]] std::string str() const;

  [[nodiscard]] bool contains(const IpAddress& address) const;

  bool operator==(const Network&) const = default;
};

[[nodiscard]] bool is_mapped_v4(const IpAddress& address);

/// How much of an address stands for the network that it is of.
struct NetworkSizes {
  std::uint8_t v4_bits = 32;
  std::uint8_t v6_bits = 128;
};

[[nodiscard]] Network network_of(const IpAddress& address, NetworkSizes sizes);

/// A key's allow-list as the keyring holds it: bytes made by encode(), read in place. An absent
/// list allows every address; a list that is present and empty allows none.
class NetworkList {
 public:
  NetworkList() = default;

  /// Any bytes: a list that encode() did not make contains no address.
  explicit NetworkList(std::span<const std::byte> bytes) : bytes_(bytes) {}

  static std::vector<std::byte> encode(std::span<const Network> networks);

  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace claviger::core
