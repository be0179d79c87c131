// HTTP methods that the product knows, and sets of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::core {

/// A method of RFC 9110 that can be granted. CONNECT and TRACE cannot; all others are unknown.
enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

/// Exact and case-sensitive (RFC 9110 §9.1); nullopt for a method that the product does not know.
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);
[[nodiscard]] std::string_view to_string(Method method);

/// A set of methods. Empty by default, and an empty set allows nothing.
class MethodSet {
 public:
  constexpr MethodSet() = default;

  constexpr explicit MethodSet(std::uint16_t bits) : bits_(bits & kAllBits) {}

  static constexpr MethodSet all() { return MethodSet(kAllBits); }

  /// What a read-only key may use: GET and HEAD.
  static constexpr MethodSet read_only() {
    return MethodSet().with(Method::kGet).with(Method::kHead);
  }

  [[nodiscard]] constexpr MethodSet with(Method method) const {
    return MethodSet(static_cast<std::uint16_t>(bits_ | bit(method)));
  }

  [[nodiscard]] constexpr bool contains(Method method) const { return (bits_ & bit(method)) != 0; }

  /// True if every method of `other` is in this set.
  [[nodiscard]] constexpr bool covers(MethodSet other) const { return (other.bits_ & ~bits_) == 0; }

  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }

  friend constexpr MethodSet operator&(MethodSet a, MethodSet b) {
    return MethodSet(static_cast<std::uint16_t>(a.bits_ & b.bits_));
  }

  friend constexpr MethodSet operator|(MethodSet a, MethodSet b) {
    return MethodSet(static_cast<std::uint16_t>(a.bits_ | b.bits_));
  }

  constexpr bool operator==(const MethodSet&) const = default;

 private:
  static constexpr std::uint16_t kAllBits = 0x7F;

  static constexpr unsigned bit(Method method) { return 1U << static_cast<unsigned>(method); }

  std::uint16_t bits_ = 0;
};

/// What a method set given by its user means: GET brings HEAD, which is the same read.
[[nodiscard]] constexpr MethodSet with_head(MethodSet methods) {
  return methods.contains(Method::kGet) ? methods.with(Method::kHead) : methods;
}

}  // namespace claviger::core
