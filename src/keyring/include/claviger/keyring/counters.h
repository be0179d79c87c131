// The counters of calls: shared by all workers of a gateway, in tmpfs, and alive when workers die.
//
//   file   = header slot*
//   header = magic:w layout:w capacity:w superseded:w undecided:w made:w, to the end of the page
//   slot   = id:2w calls:w last_call:w                              32 bytes; empty while id is 0
//
// A slot is claimed word by word with compare-and-swap: whoever finds the first word its own, or
// makes it so, goes on to the second; a claim that died half-way is finished by the next of the
// same id. A count is one atomic addition. Nothing is taken out. A full file is superseded by a
// larger one; the old one stays, and its counts stand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/id.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::keyring {

inline constexpr std::string_view kCountersFile = "counters";

/// The place of one key's counter; stays valid for as long as the process lives.
class CounterSlot {
 public:
  CounterSlot() = default;

  [[nodiscard]] bool is_set() const { return words_ != nullptr; }

  /// Adds one call. Only if is_set().
  void add(Time now) const;

 private:
  friend class Counters;

  explicit CounterSlot(std::uint64_t* words) : words_(words) {}

  std::uint64_t* words_ = nullptr;
};

/// A gateway worker's access. Not thread-safe within a process; any number of processes.
class Counters {
 public:
  explicit Counters(std::string directory);
  ~Counters();
  Counters(Counters&&) noexcept;
  Counters& operator=(Counters&&) noexcept;

  /// Finds or claims the counter of `key`. Unset if there is no file or it is full: the call cannot
  /// be metered then, and must be refused.
  [[nodiscard]] CounterSlot claim(const Uuid& key);

  /// Has the next claim() look whether another file has taken the place of the one in use.
  void look_again() { must_look_ = true; }

  /// Has the place of a key's counter sent for from memory, so that claim() need not wait for it.
  /// Changes nothing.
  void prefetch(const Uuid& key) const;

  /// Counts a request that a protected location let through without a decision.
  void count_undecided();

 private:
  struct Mapping;

  Mapping* current();

  std::string path_;
  std::shared_ptr<Mapping> mapping_;
  bool must_look_ = false;
};

struct CallCount {
  Uuid key;
  std::uint64_t calls = 0;
  Time last_call;
};

/// Makes the file if there is none, keeps the one that is there, and gives it twice the room once
/// it would be more than half full with `keys` keys. Agent only. Errors: kUnavailable.
Result<void> keep_counters(const std::string& directory, std::uint64_t keys, Time now);

/// Since when calls are counted there: when the first of its files was made. nullopt if there is
/// none.
[[nodiscard]] std::optional<Time> counted_since(const std::string& directory);

/// The counts of all files of the directory, each key once, in no order. Errors: kUnavailable.
Result<void> read_counters(const std::string& directory,
                           const std::function<void(const CallCount&)>& use);

/// The count of one key, over all files of the directory; nullopt if it was never called.
[[nodiscard]] std::optional<CallCount> find_count(const std::string& directory, const Uuid& key);

/// The same of many, in their order, with each file opened once; 0 calls for what was never called.
[[nodiscard]] std::vector<CallCount> find_counts(const std::string& directory,
                                                 std::span<const Uuid> keys);

/// Requests that passed a protected location without a decision. Errors: kUnavailable.
Result<std::uint64_t> read_undecided(const std::string& directory);

}  // namespace claviger::keyring
