#include "claviger/keyring/counters.h"

#include "format.h"
#include "mapped_file.h"
#include "word.h"

#include <atomic>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace claviger::keyring {
namespace {

constexpr std::uint64_t kCountersMagic = 0x544E4356'4C430A0D;  // "\r\nCLVCNT"
constexpr std::uint64_t kCountersLayout = 2;
constexpr std::size_t kSlotWords = 8;
constexpr std::size_t kCallsWord = 2;
constexpr std::array<std::size_t, 2> kUseWords = {3, 5};  ///< where each use begins
constexpr unsigned kUseTimeBits = 44;                     ///< in milliseconds since 1970
constexpr std::uint64_t kUseTimeMask = (std::uint64_t{1} << kUseTimeBits) - 1;
/// Marks an IPv4 address. As the first half of an IPv6 address it would lie in 0::/8, where there
/// are none (RFC 4291 §2.4).
constexpr std::uint64_t kV4Mark = std::uint64_t{0xFFFF} << 32;
constexpr std::uint64_t kMinCapacity = 8192;
constexpr std::uint64_t kSlotsPerKey = 3;  ///< of a new file; it is outgrown when two thirds full

struct CountersHeader {
  std::uint64_t magic;
  std::uint64_t layout_version;
  std::uint64_t capacity;  ///< in slots
  std::uint64_t superseded;
  std::uint64_t undecided;
  std::uint64_t made;     ///< when, in microseconds since 1970
  std::uint64_t claimed;  ///< slots; also those of keys that are gone by now
};

std::size_t file_bytes(std::uint64_t capacity) {
  return kPageBytes + capacity * kSlotWords * sizeof(std::uint64_t);
}

/// The slot at which an id is looked for first, by its last bytes: they are random, where its first
/// bytes are a time and the ninth holds the variant (RFC 9562 §5.7).
std::size_t home_of(const std::array<std::uint64_t, 2>& id, std::uint64_t capacity) {
  return first_slot(id[1], capacity);
}

/// True if the word is `mine`, or was empty and is so from now on.
bool claim_word(std::uint64_t& word, std::uint64_t mine) {
  std::uint64_t there = load_word(word);
  if (there != 0) return there == mine;
  return std::atomic_ref<std::uint64_t>(word).compare_exchange_strong(there, mine,
                                                                      std::memory_order_acq_rel) ||
         there == mine;
}

/// The header of an open counters file; nullopt if it is not one that this program can use.
std::optional<CountersHeader> read_header(const Descriptor& descriptor) {
  struct stat status = {};
  CountersHeader header{};
  if (!descriptor.is_open() || fstat(descriptor.number(), &status) != 0 ||
      pread(descriptor.number(), &header, sizeof(header), 0) != sizeof(header) ||
      header.magic != kCountersMagic || header.layout_version != kCountersLayout ||
      header.capacity == 0 || header.capacity > static_cast<std::uint64_t>(status.st_size) ||
      static_cast<std::uint64_t>(status.st_size) < file_bytes(header.capacity))
    return std::nullopt;
  return header;
}

std::optional<MappedFile> open_counters(const std::string& path) {
  Descriptor descriptor(open(path.c_str(), O_RDWR | O_CLOEXEC));
  const auto header = read_header(descriptor);
  if (!header) return std::nullopt;
  auto file =
      MappedFile::map(std::move(descriptor), file_bytes(header->capacity), Access::kReadWrite);
  if (!file) return std::nullopt;
  return *std::move(file);
}

/// In slots, of what is mapped: any gateway process may write to the header.
std::uint64_t capacity_in(const MappedFile& file) {
  return (file.size() - kPageBytes) / (kSlotWords * sizeof(std::uint64_t));
}

CountersHeader& header_of(const MappedFile& file) {
  return *reinterpret_cast<CountersHeader*>(file.data());
}

std::uint64_t* slot_of(const MappedFile& file, std::size_t index) {
  return reinterpret_cast<std::uint64_t*>(file.data() + kPageBytes) + index * kSlotWords;
}

/// The paths of every counters file of the directory, superseded ones included.
std::vector<std::string> all_paths(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if (name == kCountersFile || name.starts_with("counters.before-"))
      paths.push_back(entry.path());
  }
  return paths;
}

std::vector<MappedFile> open_all(const std::string& directory) {
  std::vector<MappedFile> files;
  for (const std::string& path : all_paths(directory)) {
    if (auto file = open_counters(path)) files.push_back(*std::move(file));
  }
  return files;
}

void store_word(std::uint64_t& word, std::uint64_t value) {
  std::atomic_ref<std::uint64_t>(word).store(value, std::memory_order_relaxed);
}

std::uint64_t milliseconds_of(Time time) {
  return static_cast<std::uint64_t>(to_microseconds(time) / 1000) & kUseTimeMask;
}

/// Where the slot keeps the use of a secret: where it did before, or in the place of the older use.
std::uint64_t* use_of(std::uint64_t* slot, std::uint64_t secret) {
  std::uint64_t* older = slot + kUseWords.front();
  for (const std::size_t at : kUseWords) {
    const std::uint64_t word = load_word(slot[at]);
    if (word != 0 && word >> kUseTimeBits == secret) return slot + at;
    if ((word & kUseTimeMask) < (load_word(*older) & kUseTimeMask)) older = slot + at;
  }
  return older;
}

core::Network network_of(std::uint64_t word) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
  if ((word & ~std::uint64_t{0xFFFFFFFF}) == kV4Mark)
    return {core::IpAddress::from_v4(std::span(bytes).last<4>()), 128};
  core::IpAddress base;
  std::copy(bytes.begin(), bytes.end(), base.bytes.begin());
  return {base, 64};
}

/// Puts a use among the newest two, one of each secret.
void keep_newest(std::array<std::optional<CallCount::SecretUse>, 2>& uses,
                 CallCount::SecretUse use) {
  for (auto& kept : uses) {
    if (!kept || use.last.at > kept->last.at) {
      const bool same = kept && kept->secret == use.secret;
      const auto displaced = std::exchange(kept, use);
      if (same || !displaced) return;
      use = *displaced;
    } else if (kept->secret == use.secret) {
      return;
    }
  }
}

/// Adds the slot's count to the total of its key.
void add_to(CallCount& total, const std::uint64_t* slot) {
  total.calls += load_word(slot[kCallsWord]);
  for (const std::size_t at : kUseWords) {
    const std::uint64_t word = load_word(slot[at]);
    if (word == 0) continue;
    const auto milliseconds = static_cast<std::int64_t>(word & kUseTimeMask);
    keep_newest(total.uses, {.secret = word >> kUseTimeBits,
                             .last = {.at = from_microseconds(milliseconds * 1000),
                                      .from = network_of(load_word(slot[at + 1]))}});
  }
}

/// Adds what one file holds for the total's key. Reads the few slots of its chain: mapping a large
/// file for a few counts would cost more than the counts are worth.
void add_count_of(const Descriptor& file, std::uint64_t capacity, CallCount& total) {
  const auto id = words_of(total.key);
  std::size_t index = home_of(id, capacity);
  for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % capacity) {
    std::array<std::uint64_t, kSlotWords> slot{};
    const std::size_t place = kPageBytes + index * sizeof(slot);
    const bool read = pread(file.number(), slot.data(), sizeof(slot), static_cast<off_t>(place)) ==
                      static_cast<ssize_t>(sizeof(slot));
    if (!read || slot[0] == 0) return;
    if (slot[0] == id[0] && slot[1] == id[1]) return add_to(total, slot.data());
  }
}

Result<MappedFile> make_file(const std::string& directory, std::uint64_t capacity, Time now) {
  const std::string place = directory + '/' + std::string(kCountersFile);
  const std::string made = place + ".new";
  MappedFile file = TRY(MappedFile::create(made, file_bytes(capacity), 0660));
  header_of(file) = {.magic = kCountersMagic,
                     .layout_version = kCountersLayout,
                     .capacity = capacity,
                     .superseded = 0,
                     .undecided = 0,
                     .made = static_cast<std::uint64_t>(to_microseconds(now)),
                     .claimed = 0};
  if (rename(made.c_str(), place.c_str()) != 0)
    return fail(Error::unavailable(system_error("put " + place + " in its place")));
  return file;
}

}  // namespace

UseNote UseNote::of(const Uuid& secret, const core::IpAddress& from) {
  const bool v4 = core::is_mapped_v4(from);
  UseNote note;
  note.secret = words_of(secret)[0] >> kUseTimeBits;
  for (std::size_t i = v4 ? 12 : 0; i < (v4 ? 16 : 8); ++i)
    note.network = note.network << 8 | from.bytes[i];
  if (v4) note.network |= kV4Mark;
  return note;
}

void CounterSlot::add(const UseNote& use, Time now) const {
  std::atomic_ref<std::uint64_t>(words_[kCallsWord]).fetch_add(1, std::memory_order_relaxed);
  std::uint64_t* noted = use_of(words_, use.secret);
  store_word(noted[1], use.network);
  store_word(noted[0], use.secret << kUseTimeBits | milliseconds_of(now));
}

std::optional<LastUse> CallCount::last_use() const {
  if (!uses.front()) return std::nullopt;
  return uses.front()->last;
}

std::optional<LastUse> CallCount::last_use_of(core::SecretId secret) const {
  const std::uint64_t wanted = UseNote::of(secret.uuid(), {}).secret;
  for (const auto& use : uses)
    if (use && use->secret == wanted) return use->last;
  return std::nullopt;
}

/// A superseded file stays mapped behind the newer one, for the slots in it that are still held.
struct Counters::Mapping {
  MappedFile file;
  std::shared_ptr<Mapping> before;
};

Counters::Counters(std::string directory) : path_(std::move(directory)) {
  path_ += '/';
  path_ += kCountersFile;
}

Counters::~Counters() = default;
Counters::Counters(Counters&&) noexcept = default;
Counters& Counters::operator=(Counters&&) noexcept = default;

Counters::Mapping* Counters::current() {
  const bool superseded = !mapping_ || load_word(header_of(mapping_->file).superseded) != 0;
  if (!superseded && !must_look_) return mapping_.get();
  auto file = open_counters(path_);
  if (!file) return nullptr;
  must_look_ = false;
  if (!superseded && stands_at(mapping_->file.descriptor(), path_)) return mapping_.get();
  mapping_ = std::make_shared<Mapping>(Mapping{*std::move(file), mapping_});
  return mapping_.get();
}

CounterSlot Counters::claim(const Uuid& key) {
  const Mapping* mapping = current();
  if (mapping == nullptr) return {};
  const std::uint64_t capacity = capacity_in(mapping->file);
  const auto id = words_of(key);
  std::size_t index = home_of(id, capacity);
  for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % capacity) {
    std::uint64_t* slot = slot_of(mapping->file, index);
    const bool is_new = load_word(slot[1]) == 0;
    if (!claim_word(slot[0], id[0]) || !claim_word(slot[1], id[1])) continue;
    if (is_new)
      std::atomic_ref<std::uint64_t>(header_of(mapping->file).claimed)
          .fetch_add(1, std::memory_order_relaxed);
    return CounterSlot(slot);
  }
  return {};
}

void Counters::prefetch(const Uuid& key) const {
  if (!mapping_) return;
  const std::uint64_t capacity = capacity_in(mapping_->file);
  __builtin_prefetch(slot_of(mapping_->file, home_of(words_of(key), capacity)));
}

void Counters::count_undecided() {
  if (const Mapping* mapping = current())
    std::atomic_ref<std::uint64_t>(header_of(mapping->file).undecided)
        .fetch_add(1, std::memory_order_relaxed);
}

Result<void> keep_counters(const std::string& directory, std::uint64_t keys, Time now) {
  const std::string place = directory + '/' + std::string(kCountersFile);
  // Read, not mapped: this is asked at every change.
  const auto header = read_header(Descriptor(open(place.c_str(), O_RDONLY | O_CLOEXEC)));
  if (header && std::max(keys, header->claimed) <= header->capacity * 2 / kSlotsPerKey) return {};
  const auto there = open_counters(place);
  const std::uint64_t capacity = std::max(kMinCapacity, keys * kSlotsPerKey);
  if (there || access(place.c_str(), F_OK) == 0) {
    // Kept under a name of its own: its counts stand, and a file that is damaged is evidence.
    std::string kept;
    for (int number = 1; kept.empty() || access(kept.c_str(), F_OK) == 0; ++number)
      kept = place + ".before-" + std::to_string(number);
    if (link(place.c_str(), kept.c_str()) != 0)
      return fail(Error::unavailable(system_error("keep " + place)));
  }
  TRY(make_file(directory, capacity, now));
  if (there)
    std::atomic_ref<std::uint64_t>(header_of(*there).superseded)
        .store(1, std::memory_order_release);
  return {};
}

std::optional<Time> counted_since(const std::string& directory) {
  std::optional<Time> since;
  for (const MappedFile& file : open_all(directory)) {
    const Time made = from_microseconds(static_cast<std::int64_t>(header_of(file).made));
    since = std::min(since.value_or(made), made);
  }
  return since;
}

Result<void> read_counters(const std::string& directory,
                           const std::function<void(const CallCount&)>& use) {
  std::unordered_map<Uuid, CallCount> totals;
  for (const MappedFile& file : open_all(directory)) {
    const std::uint64_t capacity = capacity_in(file);
    for (std::size_t i = 0; i < capacity; ++i) {
      const std::uint64_t* slot = slot_of(file, i);
      if (load_word(slot[kCallsWord]) == 0) continue;
      Uuid key;
      std::memcpy(key.bytes.data(), slot, key.bytes.size());
      CallCount& total = totals[key];
      total.key = key;
      add_to(total, slot);
    }
  }
  for (const auto& [key, total] : totals) use(total);
  return {};
}

std::vector<CallCount> find_counts(const std::string& directory, std::span<const Uuid> keys) {
  std::vector<CallCount> totals;
  for (const Uuid& key : keys) totals.push_back({.key = key, .calls = 0, .uses = {}});
  for (const std::string& path : all_paths(directory)) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto header = read_header(file);
    if (!header) continue;
    for (CallCount& total : totals) add_count_of(file, header->capacity, total);
  }
  return totals;
}

std::optional<CallCount> find_count(const std::string& directory, const Uuid& key) {
  const CallCount total = find_counts(directory, std::span(&key, 1)).front();
  if (total.calls == 0) return std::nullopt;
  return total;
}

Result<std::uint64_t> read_undecided(const std::string& directory) {
  std::uint64_t undecided = 0;
  for (const MappedFile& file : open_all(directory))
    undecided += load_word(header_of(file).undecided);
  return undecided;
}

}  // namespace claviger::keyring
