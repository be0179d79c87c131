#include "claviger/core/key_text.h"

#include <algorithm>
#include <array>
#include <span>

namespace claviger::core {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kChecksumLength = 6;
constexpr std::size_t kHintLength = 4;

struct KindText {
  SecretKind kind;
  std::string_view head;  // mark, kind and second underscore
  std::size_t random_length;
};

constexpr std::array<KindText, 9> kKinds = {{
    {SecretKind::kAccessKey, "clv_ak_", 32},
    {SecretKind::kPersonalAccessToken, "clv_pat_", 32},
    {SecretKind::kOauthAccessToken, "clv_oat_", 32},
    {SecretKind::kOauthRefreshToken, "clv_ort_", 32},
    {SecretKind::kClientSecret, "clv_cs_", 32},
    {SecretKind::kAgent, "clv_agt_", 32},
    {SecretKind::kSession, "clv_ses_", 43},
    {SecretKind::kLink, "clv_lnk_", 43},
    {SecretKind::kRecoveryCode, "clv_rec_", 20},
}};

using CrcTable = std::array<std::uint32_t, 256>;
constexpr std::size_t kCrcStride = 8;

/// Table n is the CRC-32 of each byte with n zero bytes behind it: eight bytes go in one step.
constexpr std::array<CrcTable, kCrcStride> make_crc_tables() {
  std::array<CrcTable, kCrcStride> tables{};
  for (std::uint32_t i = 0; i < tables[0].size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
    tables[0][i] = value;
  }
  for (std::size_t n = 1; n < tables.size(); ++n) {
    for (std::size_t i = 0; i < tables[n].size(); ++i)
      tables[n][i] = tables[0][tables[n - 1][i] & 0xFFU] ^ tables[n - 1][i] >> 8;
  }
  return tables;
}

std::uint32_t crc32(std::string_view text) {
  static constexpr std::array<CrcTable, kCrcStride> kTables = make_crc_tables();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (; text.size() >= kCrcStride; text.remove_prefix(kCrcStride)) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < kCrcStride; ++i) {
      const std::uint32_t mixed_in = i < sizeof(crc) ? crc >> 8 * i : 0;
      next ^= kTables[kCrcStride - 1 - i][(mixed_in ^ static_cast<unsigned char>(text[i])) & 0xFFU];
    }
    crc = next;
  }
  for (char c : text) crc = kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ crc >> 8;
  return ~crc;
}

std::array<char, kChecksumLength> checksum_of(std::string_view text) {
  std::array<char, kChecksumLength> digits{};
  std::uint32_t rest = crc32(text);
  for (std::size_t i = digits.size(); i-- > 0; rest /= 62) digits[i] = kAlphabet[rest % 62];
  return digits;
}

constexpr std::array<bool, 256> make_base62_table() {
  std::array<bool, 256> table{};
  for (const char digit : kAlphabet) table[static_cast<unsigned char>(digit)] = true;
  return table;
}

/// By a table: branches on random characters would be guessed wrong again and again.
bool is_base62(char c) {
  static constexpr std::array<bool, 256> kTable = make_base62_table();
  return kTable[static_cast<unsigned char>(c)];
}

/// Appends base62 digits, each equally likely: bytes from 248 on are thrown away.
void append_random(std::string& text, std::size_t count, Random& random) {
  std::array<std::byte, 64> bytes{};
  while (count > 0) {
    random.fill(bytes);
    for (std::byte byte : bytes) {
      const auto value = std::to_integer<std::size_t>(byte);
      if (count == 0 || value >= 248) continue;
      text += kAlphabet[value % 62];
      --count;
    }
  }
}

}  // namespace

std::string_view to_string(SecretKind kind) {
  const std::string_view head = kKinds[static_cast<std::size_t>(kind)].head;
  return head.substr(kSecretMark.size(), head.size() - kSecretMark.size() - 1);
}

Secret make_secret(SecretKind kind, Random& random) {
  const KindText& shape = kKinds[static_cast<std::size_t>(kind)];
  std::string text;
  text.reserve(shape.head.size() + shape.random_length + kChecksumLength);
  text += shape.head;
  append_random(text, shape.random_length, random);
  const auto checksum = checksum_of(text);
  text.append(checksum.data(), checksum.size());
  return Secret(std::move(text));
}

std::optional<SecretKind> parse_key_text(std::string_view text) {
  for (const KindText& shape : kKinds) {
    if (!text.starts_with(shape.head)) continue;
    if (text.size() != shape.head.size() + shape.random_length + kChecksumLength)
      return std::nullopt;
    const std::string_view digits = text.substr(shape.head.size());
    if (!std::all_of(digits.begin(), digits.end(), is_base62)) return std::nullopt;
    const std::string_view body = text.substr(0, text.size() - kChecksumLength);
    const auto checksum = checksum_of(body);
    if (text.substr(body.size()) != std::string_view(checksum.data(), checksum.size()))
      return std::nullopt;
    return shape.kind;
  }
  return std::nullopt;
}

KeyHint hint_of(const Secret& secret) {
  const std::string_view text = secret.reveal();
  // A text of another system has no head that is known to be public.
  const std::size_t head = parse_key_text(text) ? text.find('_', kSecretMark.size()) + 1 : 0;
  const std::size_t shown = std::min(kHintLength, text.size());
  return {std::string(text.substr(0, head + shown)), std::string(text.substr(text.size() - shown))};
}

}  // namespace claviger::core
