// Ids: a UUID (version 7: ordered by time of creation) with its kind in the type and in the text.
//
//   text = prefix "_" 26 characters of Crockford's base32, lower case
//          key_01kat0q6p2e7w8m9xr3v5bn4cd
//
// The 26 characters are the 128 bits from the most significant on, with two leading zero bits; the
// first is therefore at most '7'. The same bits in the same order sort alike as text and as number.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/random.h"
#include "claviger/base/time.h"

namespace claviger {

/// 128 bits, RFC 9562.
struct Uuid {
  std::array<std::byte, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
};

/// A version 7 UUID: 48 bits of milliseconds, then 74 random bits (RFC 9562 §5.7).
[[nodiscard]] Uuid make_uuid(Time now, Random& random);

/// Writes the 26 characters into `out`, without a terminating zero.
void write_base32(const Uuid& uuid, std::array<char, 26>& out);
[[nodiscard]] std::optional<Uuid> parse_base32(std::string_view text);

/// An id of one kind. Ids of different kinds do not convert, compare or mix.
template <class Kind>
class Id {
 public:
  Id() = default;

  explicit Id(const Uuid& uuid) : uuid_(uuid) {}

  static Id make(Time now, Random& random) { return Id(make_uuid(now, random)); }

  /// Reads exactly the text form above; nullopt for anything else.
  static std::optional<Id> parse(std::string_view text) {
    constexpr std::size_t kPrefixLength = Kind::kPrefix.size();
    if (text.size() != kPrefixLength + 1 + 26 || !text.starts_with(Kind::kPrefix) ||
        text[kPrefixLength] != '_')
      return std::nullopt;
    const std::optional<Uuid> uuid = parse_base32(text.substr(kPrefixLength + 1));
    if (!uuid) return std::nullopt;
    return Id(*uuid);
  }

  [[nodiscard]] std::string str() const {
    std::array<char, 26> digits{};
    write_base32(uuid_, digits);
    std::string text(Kind::kPrefix);
    text += '_';
    return text.append(digits.data(), digits.size());
  }

  [[nodiscard]] const Uuid& uuid() const { return uuid_; }

  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

}  // namespace claviger

template <>
struct std::hash<claviger::Uuid> {
  /// The last eight bytes of a version 7 UUID are random: they are their own hash.
  std::size_t operator()(const claviger::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 8; i < 16; ++i)
      value = value << 8 | std::to_integer<std::size_t>(uuid.bytes[i]);
    return value;
  }
};

template <class Kind>
struct std::hash<claviger::Id<Kind>> {
  std::size_t operator()(const claviger::Id<Kind>& id) const noexcept {
    return std::hash<claviger::Uuid>{}(id.uuid());
  }
};
