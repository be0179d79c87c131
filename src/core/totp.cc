#include "claviger/core/totp.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "claviger/base/digest.h"
#include "claviger/base/encoding.h"

namespace claviger::core {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::size_t kSecretBytes = 20;
constexpr const char* kIssuer = "Claviger";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// RFC 3986 §2.1, of everything that is not unreserved.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~')
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace

TotpStep totp_step_at(Time now) {
  return {now.time_since_epoch() / kTotpStepLength};
}

Secret make_totp_secret(Random& random) {
  std::array<std::byte, kSecretBytes> bytes{};
  random.fill(bytes);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return Secret(std::move(text));
}

std::string totp_code(const Secret& secret, TotpStep step) {
  std::array<std::byte, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i)
    counter[i] = static_cast<std::byte>(static_cast<std::uint64_t>(step.number) >> (56 - 8 * i));
  const Sha1Hmac mac = hmac_sha1(secret.reveal(), counter);
  // RFC 4226 §5.3: the last four bits say where 31 bits are taken from.
  const std::size_t offset = std::to_integer<std::size_t>(mac.back()) & 15U;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | std::to_integer<std::uint32_t>(mac.at(offset + i));
  return fmt::format("{:06}", (number & 0x7FFFFFFFU) % 1'000'000);
}

std::optional<TotpStep> find_totp_step(const Secret& secret, std::string_view code, Time now,
                                       TotpStep last_used) {
  if (code.size() != kDigits || !std::all_of(code.begin(), code.end(), is_digit))
    return std::nullopt;
  const TotpStep present = totp_step_at(now);
  std::optional<TotpStep> found;
  // Of two steps with the same code the later one is used up.
  for (std::int64_t number = present.number - 1; number <= present.number + 1; ++number) {
    const bool is_right = equal_in_constant_time(code, totp_code(secret, {number}));
    if (is_right && TotpStep{number} > last_used) found = TotpStep{number};
  }
  return found;
}

Secret otpauth_uri(const Secret& secret, std::string_view account) {
  return Secret(fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}", kIssuer,
                            percent_encoded(account), to_base32(secret.reveal())));
}

}  // namespace claviger::core
