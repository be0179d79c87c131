#include "claviger/keyring/reader.h"

#include "checksum.h"
#include "format.h"
#include "mapped_file.h"
#include "word.h"

#include <cstring>
#include <fcntl.h>
#include <optional>
#include <span>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "claviger/keyring/bus_guard.h"
#include "claviger/keyring/counters.h"

namespace claviger::keyring {
namespace {

using core::BlobRef;
using core::Found;
using core::Standing;
// A writer at work is done with a slot in some tens of nanoseconds. One that died in it never is.
constexpr int kAttempts = 64;

enum class SlotState { kEmpty, kUnreadable, kRead };

Standing standing_of(std::uint64_t flags) {
  return (flags & kFlagActive) != 0 ? Standing::kActive : Standing::kInactive;
}

Uuid uuid_of(std::uint64_t first, std::uint64_t second) {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), &first, kWordBytes);
  std::memcpy(uuid.bytes.data() + kWordBytes, &second, kWordBytes);
  return uuid;
}

Time time_of(std::uint64_t word) {
  return from_microseconds(static_cast<std::int64_t>(word));
}

/// Copies a slot's payload as it stood at one moment.
SlotState read_slot(const Slot& slot, Region region, std::size_t index, Payload& payload) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint64_t before = load_word(slot.sequence_and_checksum);
    if (low_half(before) == 0) return SlotState::kEmpty;
    if ((low_half(before) & 1U) != 0) continue;
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = load_word(slot.payload[i]);
    if (load_word(slot.sequence_and_checksum) != before) continue;
    if (checksum_of_slot(region, index, payload) == high_half(before)) return SlotState::kRead;
  }
  return SlotState::kUnreadable;
}

/// True if a secret's slot is that of `digest`; takes the same time either way.
bool holds(const Payload& payload, const Digest& digest) {
  std::array<std::uint64_t, sizeof(Digest) / kWordBytes> words;
  std::memcpy(words.data(), digest.data(), digest.size());
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < words.size(); ++i) difference |= payload[i] ^ words[i];
  return difference == 0;
}

/// What a header says of its file, seen from outside.
Condition condition_of(const Header& header, std::uint64_t file_bytes) {
  if (header.constants.magic != kMagic) return Condition::kForeign;
  if (header.constants.layout_version != kLayoutVersion) return Condition::kOtherLayout;
  if (header.checksum != checksum_of_header(header.constants)) return Condition::kDamaged;
  const std::uint64_t needed =
      arena_offset(header.constants) + header.constants.arena_words * kWordBytes;
  if (header.constants.file_bytes != needed || file_bytes < needed) return Condition::kShort;
  if (header.complete != 1) return Condition::kIncomplete;
  if (header.superseded != 0) return Condition::kSuperseded;
  return Condition::kUsable;
}

}  // namespace

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::kUsable:
      return "is usable";
    case Condition::kAbsent:
      return "is not there or may not be read by this process";
    case Condition::kShort:
      return "is shorter than its header says";
    case Condition::kForeign:
      return "is not a keyring";
    case Condition::kOtherLayout:
      return "has a layout version that this program does not know";
    case Condition::kDamaged:
      return "is damaged";
    case Condition::kIncomplete:
      return "is not complete yet";
    case Condition::kSuperseded:
      return "is superseded and its successor is not there yet";
  }
  return "is in an unknown condition";
}

/// One mapped file as a StateView. Everything that is read from it is checked before it is used as
/// a place: a reader survives any content.
class Reader::Mapping final : public core::StateView {
 public:
  /// Opens the file if it is usable; otherwise says why not.
  static std::pair<Condition, std::unique_ptr<Mapping>> open(const std::string& path,
                                                             const Counters* counters) {
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.is_open()) return {Condition::kAbsent, nullptr};
    struct stat status = {};
    if (fstat(descriptor.number(), &status) != 0) return {Condition::kAbsent, nullptr};
    Header header{};
    const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
    // Read, not mapped: a file that cannot be used is not worth a mapping at every request.
    if (file_bytes < kPageBytes ||
        pread(descriptor.number(), &header, sizeof(header), 0) != sizeof(header))
      return {Condition::kShort, nullptr};
    const Condition condition = condition_of(header, file_bytes);
    if (condition != Condition::kUsable) return {condition, nullptr};
    auto file = MappedFile::map(std::move(descriptor), header.constants.file_bytes, Access::kRead);
    if (!file) return {Condition::kAbsent, nullptr};
    return {Condition::kUsable,
            std::unique_ptr<Mapping>(new Mapping(*std::move(file), header.constants, counters))};
  }

  /// True while no other file can have taken this one's place.
  [[nodiscard]] bool is_current(const std::string& path, Time now) const {
    if (load_word(header().superseded) != 0) return false;
    const bool unconfirmed = now - time_of(load_word(header().fresh_until)) > kTrustedUnconfirmed;
    return !unconfirmed || access(path.c_str(), F_OK) != 0 || stands_at(file_.descriptor(), path);
  }

  [[nodiscard]] const Header& header() const {
    return *reinterpret_cast<const Header*>(file_.data());
  }

  [[nodiscard]] Found<Time> fresh_until() const override {
    return time_of(load_word(header().fresh_until));
  }

  [[nodiscard]] Found<core::ApiFacts> api(std::string_view name) const override {
    const std::uint64_t capacity = capacity_of(Region::kApis);
    std::size_t index = first_slot(hash_of_name(name), capacity);
    for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % capacity) {
      Payload payload;
      const SlotState state = read(Region::kApis, index, payload);
      if (state == SlotState::kEmpty) return Found<core::ApiFacts>::absent();
      if (state == SlotState::kUnreadable) return {};
      const auto name_bytes = blob(BlobRef{low_half(payload[4])});
      if (!name_bytes) return {};
      const std::string_view found(reinterpret_cast<const char*>(name_bytes->data()),
                                   name_bytes->size());
      if (found == name) return api_facts(index, payload);
    }
    return {};
  }

  void prefetch(const Digest& digest) const override {
    const std::size_t index = first_slot(hash_of_digest(digest), capacity_of(Region::kSecrets));
    prefetch_slot(Region::kSecrets, index);
    prefetch_slot(Region::kSecrets, index + 1);
  }

  [[nodiscard]] Found<core::SecretFacts> secret(const Digest& digest) const override {
    const std::uint64_t capacity = capacity_of(Region::kSecrets);
    std::size_t index = first_slot(hash_of_digest(digest), capacity);
    for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % capacity) {
      Payload payload;
      prefetch_slot(Region::kSecrets, index + 1);  // every second look-up goes on to it
      const SlotState state = read(Region::kSecrets, index, payload);
      if (state == SlotState::kEmpty) return Found<core::SecretFacts>::absent();
      if (state == SlotState::kUnreadable) return {};
      if (!holds(payload, digest)) continue;
      prefetch(Region::kKeys, low_half(payload[kKeyAndPreviousWord]));
      return core::SecretFacts{.key = core::KeyRef{low_half(payload[kKeyAndPreviousWord])},
                               .revoked = payload[kRevokedWord] != 0,
                               .not_after = time_of(payload[kNotAfterWord])};
    }
    return {};
  }

  [[nodiscard]] Found<core::KeyFacts> key(core::KeyRef ref) const override {
    Payload payload;
    if (!read_ref(Region::kKeys, static_cast<std::uint32_t>(ref), payload)) return {};
    const Uuid id = uuid_of(payload[0], payload[1]);
    if (counters_ != nullptr) counters_->prefetch(id);
    prefetch(Region::kApplications, low_half(payload[2]));
    prefetch(Region::kUsers, high_half(payload[2]));
    prefetch(Region::kOrganizations, low_half(payload[3]));
    const std::uint32_t flags = high_half(payload[4]);
    return core::KeyFacts{.id = id,
                          .application = core::ApplicationRef{low_half(payload[2])},
                          .maker = core::UserRef{high_half(payload[2])},
                          .organization = core::OrganizationRef{low_half(payload[3])},
                          .grants = BlobRef{high_half(payload[3])},
                          .networks = BlobRef{low_half(payload[4])},
                          .standing = standing_of(flags),
                          .read_only = (flags & kFlagReadOnly) != 0,
                          .not_before = time_of(payload[5]),
                          .expires_at = time_of(payload[6])};
  }

  [[nodiscard]] Found<core::ApplicationFacts> application(core::ApplicationRef ref) const override {
    Payload payload;
    if (!read_ref(Region::kApplications, static_cast<std::uint32_t>(ref), payload)) return {};
    return core::ApplicationFacts{.id = uuid_of(payload[0], payload[1]),
                                  .owner = core::UserRef{low_half(payload[2])},
                                  .standing = standing_of(high_half(payload[2]))};
  }

  [[nodiscard]] Found<core::UserFacts> user(core::UserRef ref) const override {
    Payload payload;
    if (!read_ref(Region::kUsers, static_cast<std::uint32_t>(ref), payload)) return {};
    const auto bytes = blob(BlobRef{high_half(payload[2])});
    if (!bytes) return {};
    const auto* refs = reinterpret_cast<const core::RightSetRef*>(bytes->data());
    if (!bytes->empty()) prefetch(Region::kRightSets, static_cast<std::uint32_t>(*refs));
    return core::UserFacts{.id = uuid_of(payload[0], payload[1]),
                           .standing = standing_of(low_half(payload[2])),
                           .right_sets = {refs, bytes->size() / sizeof(core::RightSetRef)}};
  }

  [[nodiscard]] Found<core::OrganizationFacts> organization(
      core::OrganizationRef ref) const override {
    Payload payload;
    if (!read_ref(Region::kOrganizations, static_cast<std::uint32_t>(ref), payload)) return {};
    return core::OrganizationFacts{.id = uuid_of(payload[0], payload[1]),
                                   .standing = standing_of(payload[2])};
  }

  [[nodiscard]] Found<core::GrantList> grants(BlobRef ref) const override {
    const auto bytes = blob(ref);
    return bytes ? Found<core::GrantList>(core::GrantList(*bytes)) : Found<core::GrantList>();
  }

  [[nodiscard]] Found<core::GrantList> rights(core::RightSetRef ref) const override {
    Payload payload;
    if (!read_ref(Region::kRightSets, static_cast<std::uint32_t>(ref), payload)) return {};
    return grants(BlobRef{low_half(payload[0])});
  }

  [[nodiscard]] Found<core::NetworkList> networks(BlobRef ref) const override {
    const auto bytes = blob(ref);
    return bytes ? Found<core::NetworkList>(core::NetworkList(*bytes)) : Found<core::NetworkList>();
  }

 private:
  enum class Check { kAlways, kDoneBefore };

  Mapping(MappedFile file, const HeaderConstants& constants, const Counters* counters)
      : file_(std::move(file)),
        counters_(counters),
        constants_(constants),
        arena_offset_(arena_offset(constants)),
        checked_routes_(constants.capacity[static_cast<std::size_t>(Region::kApis)]) {
    for (std::size_t i = 0; i < kRegionCount; ++i)
      region_offsets_[i] = region_offset(constants, static_cast<Region>(i));
  }

  [[nodiscard]] std::uint64_t capacity_of(Region region) const {
    return constants_.capacity[static_cast<std::size_t>(region)];
  }

  SlotState read(Region region, std::size_t index, Payload& payload) const {
    if (index >= capacity_of(region)) return SlotState::kUnreadable;
    return read_slot(slots_of(region)[index], region, index, payload);
  }

  /// Sends for a slot, if there is one. With a million keys each first look at a slot waits for
  /// memory; so several waits become one.
  void prefetch_slot(Region region, std::size_t index) const {
    if (index < capacity_of(region)) __builtin_prefetch(&slots_of(region)[index]);
  }

  /// The same for the slot that a reference names.
  void prefetch(Region region, std::uint32_t ref) const {
    prefetch_slot(region, std::size_t{ref} - 1);
  }

  [[nodiscard]] const Slot* slots_of(Region region) const {
    return reinterpret_cast<const Slot*>(file_.data() +
                                         region_offsets_[static_cast<std::size_t>(region)]);
  }

  /// Reads the slot that a reference names; a reference that names nothing is damage.
  bool read_ref(Region region, std::uint32_t ref, Payload& payload) const {
    return ref != 0 && read(region, ref - 1, payload) == SlotState::kRead;
  }

  [[nodiscard]] std::optional<std::span<const std::byte>> blob(BlobRef ref,
                                                               Check check = Check::kAlways) const {
    const auto place = static_cast<std::uint32_t>(ref);
    if (place == 0 || place >= constants_.arena_words) return std::nullopt;
    const std::byte* head = file_.data() + arena_offset_ + place * kWordBytes;
    std::uint64_t word = 0;
    std::memcpy(&word, head, sizeof(word));
    const std::uint64_t room = (constants_.arena_words - place - 1) * kWordBytes;
    if (low_half(word) > room) return std::nullopt;
    const std::span<const std::byte> bytes(head + kWordBytes, low_half(word));
    if (check == Check::kAlways && checksum_of_blob(place, bytes) != high_half(word))
      return std::nullopt;
    return bytes;
  }

  /// A table of routes may be large and never changes in its place: its checksum is computed once.
  /// Later damage cannot harm: RouteTable survives any bytes.
  Found<core::ApiFacts> api_facts(std::size_t index, const Payload& payload) const {
    const std::uint32_t routes_ref = high_half(payload[4]);
    const bool checked = checked_routes_[index] == routes_ref;
    const auto routes = blob(BlobRef{routes_ref}, checked ? Check::kDoneBefore : Check::kAlways);
    if (!routes) return {};
    checked_routes_[index] = routes_ref;
    const std::uint32_t flags = high_half(payload[2]);
    return core::ApiFacts{
        .id = uuid_of(payload[0], payload[1]),
        .number = core::ApiNumber{low_half(payload[2])},
        .standing = standing_of(flags),
        .carriers = core::CarrierSet(static_cast<std::uint8_t>(flags >> kCarrierShift)),
        .lets_preflight_through = (flags & kFlagPreflight) != 0,
        .max_staleness = Microseconds{static_cast<std::int64_t>(payload[3])},
        .routes = core::RouteTable(*routes)};
  }

  MappedFile file_;
  const Counters* counters_;  ///< where the calls are counted; null if the reader was not told
  HeaderConstants constants_;
  std::size_t arena_offset_;
  std::array<std::size_t, kRegionCount> region_offsets_{};
  mutable std::vector<std::uint32_t> checked_routes_;  ///< by API slot: the table checked last
};

Reader::Reader(std::string directory) : path_(std::move(directory)) {
  path_ += '/';
  path_ += kKeyringFile;
}

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Condition Reader::refresh(Time now) {
  bool current = false;
  if (mapping_ && within_bus_guard([&] { current = mapping_->is_current(path_, now); }) && current)
    return Condition::kUsable;
  mapping_.reset();
  auto [condition, mapping] = Mapping::open(path_, counters_);
  mapping_ = std::move(mapping);
  if (mapping_) ++files_mapped_;
  return condition;
}

core::Decision Reader::decide(const core::RawRequest& raw, std::string_view api_name, Time now) {
  core::Decision decision;
  if (refresh(now) != Condition::kUsable) {
    decision.reason = core::Reason::kStateUnavailable;
    return decision;
  }
  const bool read =
      within_bus_guard([&] { decision = core::decide(raw, api_name, *mapping_, now, sha256_); });
  if (!read) {
    decision = {};
    decision.reason = core::Reason::kStateUnreadable;
    mapping_.reset();
  }
  return decision;
}

void Reader::append_scope_names(std::string_view api_name, const core::ScopeSet& scopes,
                                std::string& out) const {
  if (!mapping_) return;
  const Found<core::ApiFacts> api = mapping_->api(api_name);
  if (!api.is_found()) return;
  for (std::size_t i = 0; i < api->routes.scope_count(); ++i) {
    if (!scopes.contains(static_cast<core::ScopeNumber>(i))) continue;
    if (!out.empty()) out += ' ';
    out += api->routes.scope_name(i);
  }
}

Reader::Facts Reader::facts() const {
  if (!mapping_) return {};
  const Header& header = mapping_->header();
  const auto used = [&](Region region) {
    return load_word(header.used[static_cast<std::size_t>(region)]);
  };
  return {.epoch = {static_cast<std::int64_t>(header.constants.epoch)},
          .version = {static_cast<std::int64_t>(load_word(header.state_version))},
          .generation = header.constants.generation,
          .fresh_until = time_of(load_word(header.fresh_until)),
          .keys = used(Region::kKeys),
          .secrets = used(Region::kSecrets),
          .file_bytes = header.constants.file_bytes};
}

}  // namespace claviger::keyring
