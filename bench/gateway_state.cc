// Writes what a gateway reads, without a server: gateway_state DIRECTORY KEYS TEXTS puts a keyring
// of KEYS keys and room for their counters into DIRECTORY, and the keys' texts into the file TEXTS,
// one a line.
#include "bench/support/population.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <span>
#include <string>

namespace claviger::bench {
namespace {

constexpr std::uint64_t kMostKeys = 10'000'000;

Result<void> write(const std::string& directory, std::uint64_t keys, const std::string& texts) {
  const Population population(keys);
  TRY(write_gateway_state(population, directory));
  std::ofstream out(texts);
  for (std::uint64_t i = 0; i < keys; ++i) out << population.text(i) << '\n';
  if (!out.flush()) return fail(Error::unavailable("cannot write " + texts));
  return {};
}

}  // namespace
}  // namespace claviger::bench

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  std::uint64_t keys = 0;
  if (arguments.size() == 4) {
    const std::string_view text(arguments[2]);
    std::from_chars(text.data(), text.data() + text.size(), keys);
  }
  if (keys == 0 || keys > claviger::bench::kMostKeys) {
    std::cerr << "usage: gateway_state DIRECTORY KEYS TEXTS\n";
    return EXIT_FAILURE;
  }
  const auto written = claviger::bench::write(arguments[1], keys, arguments[3]);
  if (written) return EXIT_SUCCESS;
  std::cerr << "gateway_state: " << written.error().internal_text() << '\n';
  return EXIT_FAILURE;
}
