#include "client_address.h"

#include <gtest/gtest.h>

namespace claviger::api {
namespace {

std::string address_of(const std::string& peer, http::Headers headers) {
  http::Request request;
  request.peer_address = peer;
  request.headers = std::move(headers);
  return client_address(request, {*core::Network::parse("10.0.0.0/8")});
}

TEST(ClientAddress, N07_OnlyATrustedProxyIsBelieved) {
  EXPECT_EQ(address_of("192.0.2.1", {{"X-Forwarded-For", "198.51.100.1"}}), "192.0.2.1");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}}), "198.51.100.1");
  EXPECT_EQ(address_of("10.0.0.1", {}), "10.0.0.1");
}

TEST(ClientAddress, N07_WhatStandsBeforeTheLastUntrustedHopIsNotRead) {
  EXPECT_EQ(address_of("10.0.0.1", {{"x-forwarded-for", "127.0.0.1, 198.51.100.1, 10.0.0.2"}}),
            "198.51.100.1");
  EXPECT_EQ(address_of("10.0.0.1",
                       {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-For", "198.51.100.1"}}),
            "198.51.100.1");
}

TEST(ClientAddress, WhatIsNoAddressIsNobodys) {
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1, unknown"}}), "10.0.0.1");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", ""}}), "10.0.0.1");
}

}  // namespace
}  // namespace claviger::api
