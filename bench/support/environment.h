// What a benchmark is told: by environment variables and on its command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace claviger::bench {

/// The number in an environment variable, or the default if it is not set. Ends the process with a
/// sentence if it is no positive number.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t by_default);

/// The text in an environment variable. Ends the process with a sentence if it is not set.
[[nodiscard]] std::string text_from_environment(const char* name);

/// A port on a command line; 0 if the text is none.
[[nodiscard]] std::uint16_t port_in(std::string_view text);

}  // namespace claviger::bench
