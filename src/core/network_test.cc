#include "claviger/core/network.h"

#include <random>

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

Network network(std::string_view text) {
  return Network::parse(text).value();
}

TEST(IpAddress, AnIpv4AddressAndItsMappedSpellingAreOneAddress) {
  EXPECT_EQ(address("10.1.2.3"), address("::ffff:10.1.2.3"));
  EXPECT_EQ(address("10.1.2.3"), address("::FFFF:0a01:0203"));
  constexpr std::array<std::uint8_t, 4> kBytes = {10, 1, 2, 3};
  EXPECT_EQ(IpAddress::from_v4(kBytes), address("10.1.2.3"));
  EXPECT_NE(address("10.1.2.3"), address("::10.1.2.3"));  // the old "compatible" form is no IPv4
}

TEST(IpAddress, SpellingsOfOneIpv6AddressAreOneAddress) {
  EXPECT_EQ(address("2001:db8::1"), address("2001:0DB8:0:0:0:0:0:1"));
  EXPECT_NE(address("2001:db8::1"), address("2001:db8::2"));
}

TEST(IpAddress, WhatIsNotExactlyAnAddressIsNone) {
  for (const std::string_view text :
       {"",           " ",         "10.0.0",        "10.0.0.0.0",
        "10.0.0.256", "010.0.0.1", "10.0.0.1 ",     " 10.0.0.1",
        "0x0a000001", "167772161", "10.0.0.1:80",   "[::1]",
        "::1%eth0",   ":::",       "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "g::",        "localhost", "10.0.0.1/32",   "unix:",
        "10.0.0.-1"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.0.0.1\0", 9)));
  EXPECT_FALSE(IpAddress::parse(std::string(100, '1')));
}

TEST(Network, ContainsExactlyTheAddressesWithItsPrefix) {
  const Network ten = network("10.0.0.0/8");
  EXPECT_TRUE(ten.contains(address("10.0.0.0")));
  EXPECT_TRUE(ten.contains(address("10.255.255.255")));
  EXPECT_TRUE(ten.contains(address("::ffff:10.1.2.3")));
  EXPECT_FALSE(ten.contains(address("9.255.255.255")));
  EXPECT_FALSE(ten.contains(address("11.0.0.0")));
  EXPECT_FALSE(ten.contains(address("::10.1.2.3")));
  EXPECT_FALSE(ten.contains(address("a00::")));

  const Network odd = network("192.0.2.128/25");
  EXPECT_TRUE(odd.contains(address("192.0.2.128")));
  EXPECT_FALSE(odd.contains(address("192.0.2.127")));

  const Network six = network("2001:db8::/33");
  EXPECT_TRUE(six.contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(six.contains(address("2001:db8:8000::")));
}

TEST(Network, ASingleAddressContainsItselfAlone) {
  for (const std::string_view text : {"10.1.2.3", "10.1.2.3/32", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(network(text).contains(address("10.1.2.3")));
    EXPECT_FALSE(network(text).contains(address("10.1.2.2")));
  }
  EXPECT_TRUE(network("::1").contains(address("::1")));
  EXPECT_FALSE(network("::1").contains(address("::")));
}

TEST(Network, ZeroBitsAreEveryAddressOfTheFamilyAsWritten) {
  EXPECT_TRUE(network("0.0.0.0/0").contains(address("255.255.255.255")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("10.1.2.3")));
}

TEST(Network, BitsBehindThePrefixAreRefusedAsASlip) {
  for (const std::string_view text :
       {"10.0.0.1/8", "10.1.0.0/8", "1.2.3.4/0", "192.0.2.129/25", "2001:db8::1/32", "::1/0",
        "::ffff:10.0.0.1/104", "10.0.0.1/31"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Network, WhatIsNotExactlyARangeIsNone) {
  for (const std::string_view text : {"",
                                      "/",
                                      "/8",
                                      "10.0.0.0/",
                                      "10.0.0.0/33",
                                      "::/129",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/8 ",
                                      "10.0.0.0/ 8",
                                      "10.0.0.0/08",
                                      "10.0.0.0/008",
                                      "10.0.0.0/8/8",
                                      "10.0.0.0/0x8",
                                      "10.0.0.0/255.0.0.0",
                                      "10.0.0.0/99999999999",
                                      "10/8",
                                      "10.*",
                                      "any",
                                      "::/",
                                      "*"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Network, TextAndBackIsTheSameNetwork) {
  for (const std::string text :
       {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32", "::/0", "2001:db8::/32", "::1/128", "::/95"})
    EXPECT_EQ(network(text).str(), text);
  EXPECT_EQ(network("::ffff:10.0.0.0/104").str(), "10.0.0.0/8");
  EXPECT_EQ(network("10.1.2.3").str(), "10.1.2.3/32");
}

TEST(NetworkList, AllowsWhatOneOfItsNetworksContains) {
  const std::vector<Network> networks = {network("10.0.0.0/8"), network("2001:db8::/32")};
  const auto bytes = NetworkList::encode(networks);
  const NetworkList list(bytes);
  EXPECT_TRUE(list.contains(address("10.1.2.3")));
  EXPECT_TRUE(list.contains(address("2001:db8::1")));
  EXPECT_FALSE(list.contains(address("11.1.2.3")));
}

TEST(NetworkList, AnEmptyListContainsNoAddress) {
  EXPECT_FALSE(NetworkList().contains(address("10.1.2.3")));
  const std::vector<std::byte> bytes = NetworkList::encode({});
  EXPECT_FALSE(NetworkList(bytes).contains(address("::")));
}

TEST(NetworkList, BytesThatAreNoListContainNoAddress) {
  const std::vector<Network> networks = {network("::/0"), network("::/0")};
  std::vector<std::byte> bytes = NetworkList::encode(networks);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const bool whole_entries = size > 0 && size % 17 == 0;
    EXPECT_EQ(NetworkList(std::span(bytes).first(size)).contains(address("::1")), whole_entries);
  }
  bytes[16] = std::byte{129};  // no prefix has that length
  EXPECT_FALSE(NetworkList(std::span(bytes).first(17)).contains(address("::")));
  std::mt19937 engine(1);
  for (int i = 0; i < 10'000; ++i) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine() | 1U);  // no short prefix
    bytes[16] = bytes[33] = std::byte{0xFF};
    EXPECT_FALSE(NetworkList(bytes).contains(address("10.1.2.3")));
  }
}

TEST(Network, AnAddressIsOfTheNetworkThatItsSizeSays) {
  const auto of = [](const char* address) {
    return network_of(*IpAddress::parse(address), {.v4_bits = 24, .v6_bits = 64}).str();
  };
  EXPECT_EQ(of("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(of("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
}

}  // namespace
}  // namespace claviger::core
