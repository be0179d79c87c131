// Reads an input as damage to sound bytes, so that a fuzzer need not find the format first.
//
//   input  = "raw" byte*      these bytes themselves
//          | edit*            changes to the sound bytes
//   edit   = offset:u16 value:u8
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace claviger::core {

inline std::vector<std::byte> damaged(std::vector<std::byte> sound, std::string_view input) {
  constexpr std::string_view kRaw = "raw";
  if (input.starts_with(kRaw)) {
    const auto bytes = std::as_bytes(std::span(input.substr(kRaw.size())));
    return {bytes.begin(), bytes.end()};
  }
  for (; input.size() >= 3; input.remove_prefix(3)) {
    const std::size_t offset = static_cast<std::uint8_t>(input[0]) +
                               (std::size_t{static_cast<std::uint8_t>(input[1])} << 8U);
    sound[offset % sound.size()] = static_cast<std::byte>(input[2]);
  }
  return sound;
}

}  // namespace claviger::core
