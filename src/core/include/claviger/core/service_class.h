// What a credential may be used for, apart from its rights (docs/rest-api.md, "Service classes").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::core {

enum class ServiceClass : std::uint8_t {
  kUi,           ///< what the console calls for its user
  kRest,         ///< the management API, and what is compatible with others' management APIs
  kIntegration,  ///< the APIs of the catalog, through gateways
};

inline constexpr std::array<std::string_view, 3> kServiceClassWords = {"ui", "rest", "integration"};

[[nodiscard]] constexpr std::string_view to_string(ServiceClass service) {
  return kServiceClassWords[static_cast<std::size_t>(service)];
}

[[nodiscard]] constexpr std::optional<ServiceClass> parse_service_class(std::string_view text) {
  for (std::size_t i = 0; i < kServiceClassWords.size(); ++i) {
    if (kServiceClassWords[i] == text) return static_cast<ServiceClass>(i);
  }
  return std::nullopt;
}

/// None by default.
class ServiceClasses {
 public:
  constexpr ServiceClasses() = default;

  static constexpr ServiceClasses all() {
    return ServiceClasses()
        .with(ServiceClass::kUi)
        .with(ServiceClass::kRest)
        .with(ServiceClass::kIntegration);
  }

  [[nodiscard]] constexpr ServiceClasses with(ServiceClass service) const {
    ServiceClasses more = *this;
    more.bits_ = static_cast<std::uint8_t>(bits_ | 1U << static_cast<unsigned>(service));
    return more;
  }

  [[nodiscard]] constexpr bool contains(ServiceClass service) const {
    return (bits_ >> static_cast<unsigned>(service) & 1U) != 0;
  }

  [[nodiscard]] constexpr bool is_empty() const { return bits_ == 0; }

  [[nodiscard]] constexpr ServiceClasses operator&(ServiceClasses other) const {
    ServiceClasses both;
    both.bits_ = static_cast<std::uint8_t>(bits_ & other.bits_);
    return both;
  }

  /// In the order of the enumeration.
  [[nodiscard]] std::vector<std::string> words() const {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < kServiceClassWords.size(); ++i) {
      if (contains(static_cast<ServiceClass>(i))) words.emplace_back(kServiceClassWords[i]);
    }
    return words;
  }

  bool operator==(const ServiceClasses&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace claviger::core
