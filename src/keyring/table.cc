#include "table.h"

#include "checksum.h"

#include <atomic>
#include <cstring>

namespace claviger::keyring {
namespace {

constexpr std::uint64_t words_of(std::uint64_t bytes) {
  return (bytes + kWordBytes - 1) / kWordBytes;
}

/// How many slots of a region may be filled: all, or four fifths where look-ups probe.
constexpr std::uint64_t limit_of(Region region, std::uint64_t capacity) {
  const bool probed = region == Region::kSecrets || region == Region::kApis;
  return probed ? capacity / 5 * 4 : capacity;
}

}  // namespace

Result<Table> Table::create(const std::string& path, const HeaderConstants& shape,
                            const StoreObserver& observer) {
  HeaderConstants constants = shape;
  constants.magic = kMagic;
  constants.layout_version = kLayoutVersion;
  constants.file_bytes = arena_offset(constants) + constants.arena_words * kWordBytes;
  Table table(TRY(MappedFile::create(path, constants.file_bytes, 0640)), observer);
  // Nobody reads a file that is not complete, so this part needs no order.
  table.mutable_header().constants = constants;
  table.mutable_header().checksum = checksum_of_header(constants);
  table.mutable_header().arena_words_used =
      1;  // word 0 stays unused, so that no blob has the place 0
  return table;
}

bool Table::has_room(Region region, std::uint64_t slots) const {
  const std::uint64_t capacity = constants().capacity[static_cast<std::size_t>(region)];
  return used(region) + slots <= limit_of(region, capacity);
}

bool Table::has_arena_room(std::uint64_t blobs, std::uint64_t bytes) const {
  // Each blob has a head word, and may round up by one.
  return header().arena_words_used + 2 * blobs + words_of(bytes) <= constants().arena_words;
}

std::size_t Table::append(Region region, const Payload& payload) {
  const std::size_t index = used(region);
  fill(region, index, payload);
  return index;
}

std::size_t Table::insert(Region region, std::uint64_t hash, const Payload& payload) {
  const std::uint64_t capacity = constants().capacity[static_cast<std::size_t>(region)];
  std::size_t index = first_slot(hash, capacity);
  while (!is_empty(region, index)) index = (index + 1) % capacity;
  fill(region, index, payload);
  return index;
}

void Table::fill(Region region, std::size_t index, const Payload& payload) {
  Slot& target = slot(region, index);
  for (std::size_t i = 0; i < payload.size(); ++i) store(target.payload[i], payload[i]);
  store(target.sequence_and_checksum, pair(2, checksum_of_slot(region, index, payload)));
  std::uint64_t& count = mutable_header().used[static_cast<std::size_t>(region)];
  store(count, count + 1);
}

void Table::rewrite(Region region, std::size_t index, const Payload& payload) {
  Slot& target = slot(region, index);
  if (target.payload == payload) return;
  std::uint32_t sequence = low_half(target.sequence_and_checksum);
  const std::uint32_t next = sequence + 2 == 0 ? 2 : sequence + 2;
  store(target.sequence_and_checksum, pair(sequence + 1, 0));
  for (std::size_t i = 0; i < payload.size(); ++i) {
    if (target.payload[i] != payload[i]) store(target.payload[i], payload[i]);
  }
  store(target.sequence_and_checksum, pair(next, checksum_of_slot(region, index, payload)));
}

void Table::revoke(std::size_t secret_index) {
  std::uint64_t& word = slot(Region::kSecrets, secret_index).payload[kRevokedWord];
  if (word == 0) store(word, 1);
}

std::uint32_t Table::intern(std::span<const std::byte> bytes) {
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  const auto known = blobs_by_hash_.find(hash);
  if (known != blobs_by_hash_.end()) {
    const auto there = blob(known->second);
    if (there.size() == bytes.size() &&
        (bytes.empty() || std::memcmp(there.data(), bytes.data(), bytes.size()) == 0))
      return known->second;
  }
  const auto ref = static_cast<std::uint32_t>(header().arena_words_used);
  std::uint64_t* out = arena() + ref;
  store(out[0], pair(static_cast<std::uint32_t>(bytes.size()), checksum_of_blob(ref, bytes)));
  for (std::size_t at = 0; at < bytes.size(); at += kWordBytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(kWordBytes, bytes.size() - at));
    store(out[1 + at / kWordBytes], word);
  }
  store(mutable_header().arena_words_used, ref + 1 + words_of(bytes.size()));
  blobs_by_hash_.insert_or_assign(hash, ref);
  return ref;
}

std::span<const std::byte> Table::blob(std::uint32_t ref) const {
  const std::uint64_t* head = arena() + ref;
  return {reinterpret_cast<const std::byte*>(head + 1), low_half(*head)};
}

void Table::copy_fixed_places(const Table& smaller) {
  // The new file is nobody's yet: whole regions are copied, as no reader can see a half of one.
  for (std::size_t i = 0; i < kRegionCount; ++i) {
    const auto region = static_cast<Region>(i);
    if (region == Region::kApis || region == Region::kSecrets) continue;
    std::memcpy(&slot(region, 0), &smaller.slot(region, 0), smaller.used(region) * sizeof(Slot));
    mutable_header().used[i] = smaller.used(region);
  }
  std::memcpy(arena(), smaller.arena(), smaller.header().arena_words_used * kWordBytes);
  mutable_header().arena_words_used = smaller.header().arena_words_used;
  mutable_header().state_version = smaller.header().state_version;
  mutable_header().fresh_until = smaller.header().fresh_until;
  blobs_by_hash_ = smaller.blobs_by_hash_;
}

Slot& Table::slot(Region region, std::size_t index) const {
  auto* slots = reinterpret_cast<Slot*>(file_.data() + region_offset(constants(), region));
  return slots[index];
}

std::uint64_t* Table::arena() const {
  return reinterpret_cast<std::uint64_t*>(file_.data() + arena_offset(constants()));
}

void Table::store(std::uint64_t& word, std::uint64_t value) {
  if (*observer_) (*observer_)();
  std::atomic_ref<std::uint64_t>(word).store(value, std::memory_order_release);
}

}  // namespace claviger::keyring
