// The counters of calls: shared by all workers of a gateway, in tmpfs, and alive when workers die.
//
//   file   = header slot*
//   header = magic:w layout:w capacity:w superseded:w undecided:w made:w claimed:w holds_lower:w,
//            then 0 to the end of the page
//   slot   = id:2w calls:w use[2] 0:w                               64 bytes; empty while id is 0
//   use    = secret:20b time:44b  network:w                         when a secret was used last
//
// A slot is claimed word by word with compare-and-swap: whoever finds the first word its own, or
// makes it so, goes on to the second; a claim that died half-way is finished by the next of the
// same id. A count is one atomic addition. Nothing is taken out. A full file is superseded by a
// larger one; the old one stays as counters.before-N, and its counts stand. Once there are too many
// of those, the oldest become one file: it takes the highest of their numbers, and from then on
// lower numbers do not count, whether they are gone yet or not.
//
// Of a key's secrets, no more than two work at a time, and so the last uses of two are kept: a
// third takes the place of the one that was used longer ago. A use is two words, written without a
// lock: two calls of the same moment may mix the time of one with the network of the other.
#pragma once

#include <array>
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
#include "claviger/core/ids.h"
#include "claviger/core/network.h"

namespace claviger::keyring {

inline constexpr std::string_view kCountersFile = "counters";

/// What becomes of one that cannot be used any more.
inline constexpr std::string_view kDamagedCounters = "counters.damaged";

/// How many older files there are at most. A call that goes on while as many are outgrown may lose
/// its count.
inline constexpr std::size_t kMostOlderCounters = 4;

/// With which secret a call was made, and from where, in the two words that a counter keeps of it.
struct UseNote {
  std::uint64_t secret = 0;   ///< 20 bits of the secret's id: enough to tell a key's two apart
  std::uint64_t network = 0;  ///< an IPv4 address, or the first half of an IPv6 address

  static UseNote of(const Uuid& secret, const core::IpAddress& from);
};

/// The place of one key's counter; stays valid for as long as the process lives.
class CounterSlot {
 public:
  CounterSlot() = default;

  [[nodiscard]] bool is_set() const { return words_ != nullptr; }

  /// Adds one call, and notes its use. Only if is_set().
  void add(const UseNote& use, Time now) const;

 private:
  friend class Counters;

  explicit CounterSlot(std::uint64_t* words) : words_(words) {}

  std::uint64_t* words_ = nullptr;
};

/// A gateway worker's access. Not thread-safe within a process; any number of processes.
class Counters {
 public:
  explicit Counters(const std::string& directory);
  ~Counters();
  Counters(Counters&&) noexcept;
  Counters& operator=(Counters&&) noexcept;

  /// Finds or claims the counter of `key`. Unset if there is no file or it is full: the call cannot
  /// be metered then, and must be refused.
  [[nodiscard]] CounterSlot claim(const Uuid& key);

  /// Has the next claim() look whether another file has taken the place of the one in use. Also
  /// after a bus error: no claim() touches the file that was cut short before it has looked.
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

/// When something was used last, to the millisecond, and from which network: an IPv4 address, or
/// the /64 of an IPv6 address.
struct LastUse {
  Time at;
  core::Network from;

  bool operator==(const LastUse&) const = default;
};

struct CallCount {
  struct SecretUse {
    std::uint64_t secret = 0;  ///< as in a UseNote
    LastUse last;

    bool operator==(const SecretUse&) const = default;
  };

  Uuid key;
  std::uint64_t calls = 0;
  std::array<std::optional<SecretUse>, 2> uses;  ///< the newest first

  /// nullopt if the key was never called.
  [[nodiscard]] std::optional<LastUse> last_use() const;

  /// nullopt if the secret was never used, or two others were used since.
  [[nodiscard]] std::optional<LastUse> last_use_of(core::SecretId secret) const;
};

enum class CountersKept : std::uint8_t {
  kAsTheyWere,
  kMade,               ///< there were none
  kInPlaceOfOutgrown,  ///< whose counts stand
  kInPlaceOfDamaged,   ///< whose counts are lost
};

/// Makes the file if there is none, and keeps the one that is there until it is two thirds full: of
/// `keys` keys, or of those that were ever counted in it. Then a file with room for three times the
/// keys takes its place. Agent only, at every change. Errors: kUnavailable; no count is lost then.
Result<CountersKept> keep_counters(const std::string& directory, std::uint64_t keys, Time now);

/// Makes one file of the oldest if there are more than kMostOlderCounters, which takes about a
/// second for a million keys. Returns of how many: 0 if there was nothing to do. Agent only.
/// Errors: kUnavailable; no count is lost then.
Result<std::size_t> sum_up_counters(const std::string& directory);

/// Since when calls are counted there: when the first of its files was made. nullopt if there is
/// none.
[[nodiscard]] std::optional<Time> counted_since(const std::string& directory);

/// The counts of all files of the directory, each key once, in no order.
void read_counters(const std::string& directory, const std::function<void(const CallCount&)>& use);

/// The count of one key, over all files of the directory; nullopt if it was never called.
[[nodiscard]] std::optional<CallCount> find_count(const std::string& directory, const Uuid& key);

/// The same of many, in their order, with each file opened once; 0 calls for what was never called.
[[nodiscard]] std::vector<CallCount> find_counts(const std::string& directory,
                                                 std::span<const Uuid> keys);

/// Requests that passed a protected location without a decision.
[[nodiscard]] std::uint64_t read_undecided(const std::string& directory);

}  // namespace claviger::keyring
