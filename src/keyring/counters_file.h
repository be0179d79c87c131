// A counters file as bytes: for those who read and make them without mapping them, so that a file
// that is cut short is a failed read. Private to the keyring module.
#pragma once

#include "format.h"
#include "mapped_file.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <unordered_map>
#include <vector>

#include "claviger/keyring/counters.h"

namespace claviger::keyring {

inline constexpr std::uint64_t kCountersMagic = 0x544E4356'4C430A0D;  // "\r\nCLVCNT"
inline constexpr std::uint64_t kCountersLayout = 2;
inline constexpr std::size_t kSlotWords = 8;
inline constexpr std::size_t kCallsWord = 2;
inline constexpr std::array<std::size_t, 2> kUseWords = {3, 5};  ///< where each use begins
inline constexpr unsigned kUseTimeBits = 44;                     ///< in milliseconds since 1970
inline constexpr std::uint64_t kUseTimeMask = (std::uint64_t{1} << kUseTimeBits) - 1;
/// Marks an IPv4 address. As the first half of an IPv6 address it would lie in 0::/8, where there
/// are none (RFC 4291 §2.4).
inline constexpr std::uint64_t kV4Mark = std::uint64_t{0xFFFF} << 32;

struct CountersHeader {
  std::uint64_t magic;
  std::uint64_t layout_version;
  std::uint64_t capacity;  ///< in slots
  std::uint64_t superseded;
  std::uint64_t undecided;
  std::uint64_t made;         ///< when, in microseconds since 1970
  std::uint64_t claimed;      ///< slots; also those of keys that are gone by now
  std::uint64_t holds_lower;  ///< 1 if it holds the counts of all older files of lower numbers
};

using CounterWords = std::array<std::uint64_t, kSlotWords>;

constexpr std::size_t counters_bytes(std::uint64_t capacity) {
  return kPageBytes + capacity * sizeof(CounterWords);
}

/// The slot at which an id is looked for first, by its last bytes: they are random, where its first
/// bytes are a time and the ninth holds the variant (RFC 9562 §5.7).
constexpr std::size_t home_of(const std::array<std::uint64_t, 2>& id, std::uint64_t capacity) {
  return first_slot(id[1], capacity);
}

/// An open counters file with its header as it was when it was opened.
class CountersFile {
 public:
  /// nullopt if there is no file, or none that this program can use. `flags` are those of open(2).
  static std::optional<CountersFile> open(const std::string& path, int flags);

  [[nodiscard]] const CountersHeader& header() const { return header_; }

  [[nodiscard]] Descriptor& descriptor() { return descriptor_; }

  [[nodiscard]] bool is_same_as(const CountersFile& other) const {
    return device_ == other.device_ && inode_ == other.inode_;
  }

  /// Calls `use` for each slot that counts something, up to where the file can be read.
  void each_slot(const std::function<void(const CounterWords&)>& use) const;

  /// The slot of one id. nullopt if it has none, or it cannot be read.
  [[nodiscard]] std::optional<CounterWords> find(const std::array<std::uint64_t, 2>& id) const;

 private:
  CountersFile() = default;

  [[nodiscard]] std::size_t read_slots(std::size_t first, CounterWords* slots,
                                       std::size_t count) const;

  Descriptor descriptor_;
  CountersHeader header_{};
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// True if one of them is the same file, whatever its name.
[[nodiscard]] bool is_among(const std::vector<CountersFile>& files, const CountersFile& file);

/// The path of the file that is in use.
[[nodiscard]] std::string counters_path(const std::string& directory);

/// One that was outgrown, or the sum of several.
struct OlderCounters {
  std::uint64_t number = 0;  ///< the higher, the newer
  std::string path;
};

[[nodiscard]] std::string path_of_older(const std::string& directory, std::uint64_t number);

/// All that have such a name, by their numbers.
[[nodiscard]] std::vector<OlderCounters> older_counters(const std::string& directory);

/// Every file of the directory whose counts stand, each once. What an interrupted growth or sum has
/// left does not count twice: a file may have two names, and may be held by another one already.
[[nodiscard]] std::vector<CountersFile> open_counters(const std::string& directory);

using CountTotals = std::unordered_map<Uuid, CallCount>;

/// What these files hold, each key once.
[[nodiscard]] CountTotals total_counts(const std::vector<CountersFile>& files);

}  // namespace claviger::keyring
