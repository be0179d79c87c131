#include "claviger/service/sign_in_throttle.h"

#include <algorithm>

#include "claviger/core/network.h"

namespace claviger::service {
namespace {

constexpr const char* kRefusal =
    "Too many sign-ins from your network have failed. Wait as long as Retry-After says.";
constexpr int kLeastForAnAccount = 5;
constexpr const char* kCodeRefusal =
    "Too many wrong codes came for this account, with its password. Come in by a recovery code, "
    "and change the password; or wait as long as Retry-After says.";
/// Three codes are good at a time: these guess one in ten thousand hours.
constexpr int kCodesInAnHour = 30;

/// Everybody in an IPv6 /64 is one: a host has all of its addresses to itself.
std::string network_of(const std::string& source_ip) {
  const auto ip = core::IpAddress::parse(source_ip);
  return ip ? core::network_of(*ip, {.v4_bits = 32, .v6_bits = 64}).str() : source_ip;
}

std::string account_at(std::string_view email, const std::string& network) {
  return network + ' ' + std::string(email);
}

int for_an_account(int per_minute) {
  return per_minute <= 0 ? 0 : std::max(kLeastForAnAccount, per_minute / 6);
}

}  // namespace

SignInThrottle::SignInThrottle(int per_minute)
    : by_network_({.name = "sign-in",
                   .quota = per_minute,
                   .window = std::chrono::minutes{1},
                   .refusal = kRefusal}),
      by_account_({.name = "sign-in-account",
                   .quota = for_an_account(per_minute),
                   .window = std::chrono::minutes{1},
                   .refusal = kRefusal}),
      codes_({.name = "sign-in-code",
              .quota = per_minute <= 0 ? 0 : kCodesInAnHour,
              .window = std::chrono::hours{1},
              .refusal = kCodeRefusal}) {}

Result<void> SignInThrottle::begin(std::string_view email, const std::string& source_ip, Time now) {
  const std::string network = network_of(source_ip);
  TRY(by_account_.take(account_at(email, network), now));
  const Result<void> taken = by_network_.take(network, now);
  if (!taken) by_account_.give_back(account_at(email, network));
  return taken;
}

void SignInThrottle::uncount(std::string_view email, const std::string& source_ip) {
  const std::string network = network_of(source_ip);
  by_account_.give_back(account_at(email, network));
  by_network_.give_back(network);
}

Result<void> SignInThrottle::begin_code(const std::string& email, Time now) {
  return codes_.take(email, now);
}

void SignInThrottle::code_was_right(const std::string& email) {
  codes_.give_back(email);
}

}  // namespace claviger::service
