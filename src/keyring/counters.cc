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
#include <vector>

namespace claviger::keyring {
namespace {

constexpr std::uint64_t kCountersMagic = 0x544E4356'4C430A0D;  // "\r\nCLVCNT"
constexpr std::uint64_t kCountersLayout = 1;
constexpr std::size_t kSlotWords = 4;
constexpr std::uint64_t kMinCapacity = 8192;

struct CountersHeader {
  std::uint64_t magic;
  std::uint64_t layout_version;
  std::uint64_t capacity;  ///< in slots
  std::uint64_t superseded;
  std::uint64_t undecided;
  std::uint64_t made;  ///< when, in microseconds since 1970
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

/// The capacity of an open counters file; 0 if it is not one that this program can use.
std::uint64_t capacity_of(const Descriptor& descriptor) {
  struct stat status = {};
  CountersHeader header{};
  if (!descriptor.is_open() || fstat(descriptor.number(), &status) != 0 ||
      pread(descriptor.number(), &header, sizeof(header), 0) != sizeof(header) ||
      header.magic != kCountersMagic || header.layout_version != kCountersLayout ||
      header.capacity > static_cast<std::uint64_t>(status.st_size) ||
      static_cast<std::uint64_t>(status.st_size) < file_bytes(header.capacity))
    return 0;
  return header.capacity;
}

std::optional<MappedFile> open_counters(const std::string& path) {
  Descriptor descriptor(open(path.c_str(), O_RDWR | O_CLOEXEC));
  const std::uint64_t capacity = capacity_of(descriptor);
  if (capacity == 0) return std::nullopt;
  auto file = MappedFile::map(std::move(descriptor), file_bytes(capacity), Access::kReadWrite);
  if (!file) return std::nullopt;
  return *std::move(file);
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

/// Adds the slot's count to the total of its key.
void add_to(CallCount& total, const std::uint64_t* slot) {
  total.calls += load_word(slot[2]);
  total.last_call =
      std::max(total.last_call, from_microseconds(static_cast<std::int64_t>(load_word(slot[3]))));
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
                     .made = static_cast<std::uint64_t>(to_microseconds(now))};
  if (rename(made.c_str(), place.c_str()) != 0)
    return fail(Error::unavailable(system_error("put " + place + " in its place")));
  return file;
}

}  // namespace

void CounterSlot::add(Time now) const {
  std::atomic_ref<std::uint64_t>(words_[2]).fetch_add(1, std::memory_order_relaxed);
  std::atomic_ref<std::uint64_t>(words_[3]).store(static_cast<std::uint64_t>(to_microseconds(now)),
                                                  std::memory_order_relaxed);
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
  const std::uint64_t capacity = header_of(mapping->file).capacity;
  const auto id = words_of(key);
  std::size_t index = home_of(id, capacity);
  for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % capacity) {
    std::uint64_t* slot = slot_of(mapping->file, index);
    if (claim_word(slot[0], id[0]) && claim_word(slot[1], id[1])) return CounterSlot(slot);
  }
  return {};
}

void Counters::prefetch(const Uuid& key) const {
  if (!mapping_) return;
  const std::uint64_t capacity = header_of(mapping_->file).capacity;
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
  const std::uint64_t capacity_there =
      capacity_of(Descriptor(open(place.c_str(), O_RDONLY | O_CLOEXEC)));
  if (capacity_there > 0 && keys <= capacity_there / 2) return {};
  const auto there = open_counters(place);
  const std::uint64_t capacity = std::max(kMinCapacity, keys * 4);
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
    const std::uint64_t capacity = header_of(file).capacity;
    for (std::size_t i = 0; i < capacity; ++i) {
      const std::uint64_t* slot = slot_of(file, i);
      if (load_word(slot[2]) == 0) continue;
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
  for (const Uuid& key : keys) totals.push_back({.key = key, .calls = 0, .last_call = {}});
  for (const std::string& path : all_paths(directory)) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const std::uint64_t capacity = capacity_of(file);
    if (capacity == 0) continue;
    for (CallCount& total : totals) add_count_of(file, capacity, total);
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
