#include "claviger/keyring/counters.h"

#include "counters_file.h"
#include "mapped_file.h"
#include "word.h"

#include <atomic>
#include <fcntl.h>
#include <utility>

namespace claviger::keyring {
namespace {

/// True if the word is `mine`, or was empty and is so from now on.
bool claim_word(std::uint64_t& word, std::uint64_t mine) {
  std::uint64_t there = load_word(word);
  if (there != 0) return there == mine;
  return std::atomic_ref<std::uint64_t>(word).compare_exchange_strong(there, mine,
                                                                      std::memory_order_acq_rel) ||
         there == mine;
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

/// A superseded file stays mapped behind the newer one, for the slots in it that are still held.
struct Counters::Mapping {
  MappedFile file;
  std::shared_ptr<Mapping> before;
};

Counters::Counters(const std::string& directory) : path_(counters_path(directory)) {}

Counters::~Counters() = default;
Counters::Counters(Counters&&) noexcept = default;
Counters& Counters::operator=(Counters&&) noexcept = default;

/// Touches nothing of the mapping that it was told not to trust: it may have been cut short.
Counters::Mapping* Counters::current() {
  if (!must_look_ && mapping_ && load_word(header_of(mapping_->file).superseded) == 0)
    return mapping_.get();
  auto file = CountersFile::open(path_, O_RDWR);
  if (!file) return nullptr;
  if (!mapping_ || !stands_at(mapping_->file.descriptor(), path_)) {
    const std::size_t size = counters_bytes(file->header().capacity);
    auto mapped = MappedFile::map(std::move(file->descriptor()), size, Access::kReadWrite);
    if (!mapped) return nullptr;
    mapping_ = std::make_shared<Mapping>(Mapping{*std::move(mapped), mapping_});
  }
  must_look_ = false;
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

}  // namespace claviger::keyring
