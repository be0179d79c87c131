#include "claviger/base/random.h"

#include <cstdlib>

#include <openssl/rand.h>

namespace claviger {

void SystemRandom::fill(std::span<std::byte> bytes) {
  const int filled = RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  // A secret made of anything but randomness is worse than no process.
  if (filled != 1) std::abort();
}

}  // namespace claviger
