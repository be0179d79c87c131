// Words that two processes share. On x86-64 and AArch64 each access is one plain instruction.
#pragma once

#include <atomic>
#include <cstdint>

namespace claviger::keyring {

static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free);

/// Loads a word after which later loads stay behind it. The mapping may be read-only: a load is all
/// that atomic_ref does with the pointer.
inline std::uint64_t load_word(const std::uint64_t& word) {
  return std::atomic_ref<std::uint64_t>(const_cast<std::uint64_t&>(word))
      .load(std::memory_order_acquire);
}

}  // namespace claviger::keyring
