#include "decision_ids.h"

#include <algorithm>
#include <cstring>

namespace claviger::gateway {

std::uint64_t DecisionIds::Sequence::next_word() {
  counter_ += 0x9E3779B97F4A7C15;
  std::uint64_t word = counter_;
  word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
  word = (word ^ word >> 27) * 0x94D049BB133111EB;
  return word ^ word >> 31;
}

void DecisionIds::Sequence::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const std::uint64_t word = next_word();
    const std::size_t size = std::min(bytes.size(), sizeof(word));
    std::memcpy(bytes.data(), &word, size);
    bytes = bytes.subspan(size);
  }
}

}  // namespace claviger::gateway
