#include "bench/support/environment.h"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace claviger::bench {

std::uint64_t number_from_environment(const char* name, std::uint64_t by_default) {
  const char* value = std::getenv(name);
  if (value == nullptr) return by_default;
  const std::string_view text(value);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && number > 0) return number;
  std::cerr << name << " is \"" << text << "\" and must be a positive number\n";
  std::exit(EXIT_FAILURE);
}

std::string text_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value != nullptr) return value;
  std::cerr << name << " is not set\n";
  std::exit(EXIT_FAILURE);
}

std::uint16_t port_in(std::string_view text) {
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

}  // namespace claviger::bench
