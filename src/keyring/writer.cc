#include "claviger/keyring/writer.h"

#include "checksum.h"
#include "table.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "claviger/keyring/bus_guard.h"
#include "claviger/keyring/reader.h"

namespace claviger::keyring {
namespace {

using core::Standing;

/// The new file while it is filled, and a second name of the old one while the new takes its place.
constexpr std::string_view kNewFile = "keyring.new";
constexpr std::string_view kOldFile = "keyring.old";
constexpr std::string_view kLockFile = "keyring.lock";

std::uint64_t flags_of(Standing standing) {
  return standing == Standing::kActive ? kFlagActive : 0;
}

std::uint64_t word_of(Time time) {
  return static_cast<std::uint64_t>(to_microseconds(time));
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

Digest digest_of(const Payload& secret) {
  Digest digest;
  std::memcpy(digest.data(), secret.data(), digest.size());
  return digest;
}

/// The header of the keyring at `path`, if there is one whole enough to have a header of ours.
std::optional<Header> header_at(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Header header{};
  if (!file.is_open() || pread(file.number(), &header, sizeof(header), 0) != sizeof(header) ||
      header.constants.magic != kMagic || header.checksum != checksum_of_header(header.constants))
    return std::nullopt;
  return header;
}

/// Ends the keyring at `path` for all who have it mapped. Does nothing to what is no keyring.
Result<void> supersede(const std::string& path) {
  if (!header_at(path)) return {};
  Descriptor descriptor(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!descriptor.is_open()) return fail(Error::unavailable(system_error("open " + path)));
  const MappedFile file =
      TRY(MappedFile::map(std::move(descriptor), kPageBytes, Access::kReadWrite));
  auto& word = reinterpret_cast<Header*>(file.data())->superseded;
  std::atomic_ref<std::uint64_t>(word).store(1, std::memory_order_release);
  return {};
}

HeaderConstants shape_of(const Capacity& capacity) {
  HeaderConstants shape{};
  shape.capacity = {capacity.organizations, capacity.right_sets, capacity.users,  capacity.apis,
                    capacity.applications,  capacity.keys,       capacity.secrets};
  // A table that is probed must have an empty slot, and every table at least one.
  for (std::uint64_t& slots : shape.capacity) slots = std::max<std::uint64_t>(slots, 16);
  shape.arena_words = std::max<std::uint64_t>(capacity.arena_bytes / kWordBytes, 1024);
  return shape;
}

tl::unexpected<Error> unknown_name(std::string_view kind) {
  return fail(Error::internal(
      fmt::format("a record for the keyring names a {} that was never written", kind)));
}

}  // namespace

Capacity Capacity::for_keys(std::uint64_t keys) {
  const auto clamped = [](std::uint64_t count) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, 0xFFFFFFFE));
  };
  return {.organizations = clamped(64 + keys / 256),
          .right_sets = clamped(128 + keys / 128),
          .users = clamped(256 + keys / 64),
          .apis = 256,
          .applications = clamped(1024 + keys / 8),
          .keys = clamped(4096 + keys + keys / 10),
          .secrets = clamped(8192 + keys + keys / 2),
          .arena_bytes = (std::uint64_t{1} << 20) + keys * 2};
}

struct Writer::State {
  State(std::string dir, StoreObserver watcher)
      : directory(std::move(dir)), observer(std::move(watcher)) {}

  [[nodiscard]] std::string path(std::string_view name) const {
    return directory + '/' + std::string(name);
  }

  Result<void> take_lock();
  Result<void> begin(core::Epoch epoch, const Capacity& capacity);
  Result<void> install();
  Result<void> grow(Region region, std::uint64_t slots, std::uint64_t arena_bytes);
  Result<void> ensure_room(Region region, std::uint64_t slots, std::uint64_t blobs,
                           std::uint64_t arena_bytes);

  Result<void> put(const core::OrganizationRecord& record);
  Result<void> put(const core::RightSetRecord& record);
  Result<void> put(const core::UserRecord& record);
  Result<void> put(const core::ApiRecord& record);
  Result<void> put(const core::ApplicationRecord& record);
  Result<void> put(const core::KeyRecord& record);
  Result<void> put(const core::DeletedKeyRecord& record);

  using Places = std::unordered_map<Uuid, std::uint32_t>;  // reference: index plus one

  Result<std::uint32_t> place_of(const Places& places, const Uuid& id, std::string_view kind) const;
  void put_at(Region region, Places& places, const Uuid& id, const Payload& payload);
  void put_secrets(const core::KeyRecord& record, std::uint32_t key);
  void revoke_what_ended(const core::KeyRecord& record, std::uint32_t key);

  std::string directory;
  StoreObserver observer;
  std::shared_ptr<Descriptor> lock;
  std::optional<Table> table;
  bool published = false;
  std::uint64_t dead_keys = 0;

  Places organizations;
  Places users;
  Places applications;
  Places keys;
  std::map<core::RightSetId, std::uint32_t> right_sets;
  std::map<std::string, std::size_t, std::less<>> apis;  // index in the region
  /// By key index: the key's newest secret, as index plus one.
  std::vector<std::uint32_t> newest_secret;
};

// ---- files

Result<void> Writer::State::take_lock() {
  auto taken = std::make_shared<Descriptor>(
      open(path(kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!taken->is_open()) return fail(Error::unavailable(system_error("open " + path(kLockFile))));
  if (flock(taken->number(), LOCK_EX | LOCK_NB) != 0)
    return fail(Error::refused(
        ErrorCode::kConflict,
        fmt::format(
            "Another agent writes the keyring in {}. Give each agent a directory of its own.",
            directory)));
  lock = std::move(taken);
  return {};
}

Result<void> Writer::State::begin(core::Epoch epoch, const Capacity& capacity) {
  if (!lock) TRY(take_lock());
  // A writer that died between the two names of the old file has left it unended.
  TRY(supersede(path(kOldFile)));
  unlink(path(kOldFile).c_str());

  HeaderConstants shape = shape_of(capacity);
  shape.epoch = static_cast<std::uint64_t>(epoch.number);
  shape.generation = 1;
  if (const auto before = header_at(path(kKeyringFile))) {
    if (before->constants.epoch > shape.epoch)
      return fail(Error::refused(
          ErrorCode::kConflict,
          fmt::format(
              "The keyring in {} is of epoch {}, newer than the server's {}. The server was "
              "restored from an old backup: give it a state directory of its own, and reload the "
              "gateways with it.",
              directory, before->constants.epoch, shape.epoch)));
    shape.generation = before->constants.generation + 1;
  }
  table = TRY(Table::create(path(kNewFile), shape, observer));
  return {};
}

/// Puts the new file in its place, then ends the old one. The old file keeps a name until it is
/// ended, so that a writer that dies in between can be followed by one that ends it.
Result<void> Writer::State::install() {
  table->set_complete();
  const std::string place = path(kKeyringFile);
  const std::string old = path(kOldFile);
  unlink(old.c_str());
  const bool replaces = link(place.c_str(), old.c_str()) == 0;
  if (!replaces && errno != ENOENT) return fail(Error::unavailable(system_error("link " + place)));
  if (fsync(table->file().descriptor()) != 0 || rename(path(kNewFile).c_str(), place.c_str()) != 0)
    return fail(Error::unavailable(system_error("put " + place + " in its place")));
  if (replaces) {
    TRY(supersede(old));
    unlink(old.c_str());
  }
  published = true;
  return {};
}

/// Makes a larger file with the same content and goes on with it.
Result<void> Writer::State::grow(Region region, std::uint64_t slots, std::uint64_t arena_bytes) {
  HeaderConstants shape = table->constants();
  ++shape.generation;
  std::uint64_t& capacity = shape.capacity[static_cast<std::size_t>(region)];
  if (!table->has_room(region, slots)) capacity += std::max(capacity / 2, slots * 2);
  if (arena_bytes > 0) shape.arena_words += std::max(shape.arena_words / 2, arena_bytes / 4);
  Table larger = TRY(Table::create(path(kNewFile), shape, observer));
  larger.copy_fixed_places(*table);

  for (auto& [name, index] : apis)
    index = larger.insert(Region::kApis, hash_of_name(name), table->payload(Region::kApis, index));
  std::fill(newest_secret.begin(), newest_secret.end(), 0);
  const std::uint64_t old_secrets =
      table->constants().capacity[static_cast<std::size_t>(Region::kSecrets)];
  for (std::size_t i = 0; i < old_secrets; ++i) {
    if (table->is_empty(Region::kSecrets, i)) continue;
    Payload secret = table->payload(Region::kSecrets, i);
    std::uint32_t& newest = newest_secret[low_half(secret[kKeyAndPreviousWord]) - 1];
    secret[kKeyAndPreviousWord] = pair(low_half(secret[kKeyAndPreviousWord]), newest);
    newest = static_cast<std::uint32_t>(
        larger.insert(Region::kSecrets, hash_of_digest(digest_of(secret)), secret) + 1);
  }
  table = std::move(larger);
  if (published) TRY(install());
  return {};
}

Result<void> Writer::State::ensure_room(Region region, std::uint64_t slots, std::uint64_t blobs,
                                        std::uint64_t arena_bytes) {
  const bool arena_is_full = !table->has_arena_room(blobs, arena_bytes);
  if (!arena_is_full && table->has_room(region, slots)) return {};
  return grow(region, slots, arena_is_full ? arena_bytes + blobs * 2 * kWordBytes : 0);
}

// ---- records

Result<std::uint32_t> Writer::State::place_of(const Places& places, const Uuid& id,
                                              std::string_view kind) const {
  const auto found = places.find(id);
  if (found == places.end()) return unknown_name(kind);
  return found->second;
}

void Writer::State::put_at(Region region, Places& places, const Uuid& id, const Payload& payload) {
  const auto found = places.find(id);
  if (found != places.end()) {
    table->rewrite(region, found->second - 1, payload);
    return;
  }
  places.emplace(id, static_cast<std::uint32_t>(table->append(region, payload) + 1));
}

Result<void> Writer::State::put(const core::OrganizationRecord& record) {
  TRY(ensure_room(Region::kOrganizations, 1, 0, 0));
  const auto id = words_of(record.id.uuid());
  put_at(Region::kOrganizations, organizations, record.id.uuid(),
         {id[0], id[1], flags_of(record.standing)});
  return {};
}

Result<void> Writer::State::put(const core::RightSetRecord& record) {
  const std::vector<std::byte> rights = core::GrantList::encode(record.rights);
  TRY(ensure_room(Region::kRightSets, 1, 1, rights.size()));
  const Payload payload = {table->intern(rights)};
  const auto found = right_sets.find(record.id);
  if (found != right_sets.end())
    table->rewrite(Region::kRightSets, found->second - 1, payload);
  else
    right_sets.emplace(record.id,
                       static_cast<std::uint32_t>(table->append(Region::kRightSets, payload) + 1));
  return {};
}

Result<void> Writer::State::put(const core::UserRecord& record) {
  std::vector<std::uint32_t> refs;
  for (const core::RightSetId& id : record.right_sets) {
    const auto found = right_sets.find(id);
    if (found == right_sets.end()) return unknown_name("right set");
    refs.push_back(found->second);
  }
  const auto bytes = std::as_bytes(std::span(refs));
  TRY(ensure_room(Region::kUsers, 1, 1, bytes.size()));
  const auto id = words_of(record.id.uuid());
  const auto flags = static_cast<std::uint32_t>(flags_of(record.standing));
  put_at(Region::kUsers, users, record.id.uuid(),
         {id[0], id[1], pair(flags, table->intern(bytes))});
  return {};
}

Result<void> Writer::State::put(const core::ApiRecord& record) {
  const std::vector<std::byte> routes = TRY(core::RouteTable::encode(record.routes));
  TRY(ensure_room(Region::kApis, 1, 2, routes.size() + record.name.size()));
  const auto id = words_of(record.id.uuid());
  const std::uint64_t flags = flags_of(record.standing) |
                              (record.lets_preflight_through ? kFlagPreflight : 0) |
                              std::uint64_t{record.carriers.bits()} << kCarrierShift;
  const Payload payload = {
      id[0], id[1],
      pair(static_cast<std::uint32_t>(record.number), static_cast<std::uint32_t>(flags)),
      static_cast<std::uint64_t>(record.max_staleness.count()),
      pair(table->intern(bytes_of(record.name)), table->intern(routes))};
  const auto found = apis.find(record.name);
  if (found != apis.end())
    table->rewrite(Region::kApis, found->second, payload);
  else
    apis.emplace(record.name, table->insert(Region::kApis, hash_of_name(record.name), payload));
  return {};
}

Result<void> Writer::State::put(const core::ApplicationRecord& record) {
  const std::uint32_t owner = TRY(place_of(users, record.owner.uuid(), "user"));
  TRY(ensure_room(Region::kApplications, 1, 0, 0));
  const auto id = words_of(record.id.uuid());
  put_at(Region::kApplications, applications, record.id.uuid(),
         {id[0], id[1], pair(owner, static_cast<std::uint32_t>(flags_of(record.standing)))});
  return {};
}

Result<void> Writer::State::put(const core::KeyRecord& record) {
  const std::uint32_t application =
      TRY(place_of(applications, record.application.uuid(), "application"));
  const std::uint32_t maker = TRY(place_of(users, record.maker.uuid(), "user"));
  const std::uint32_t organization =
      TRY(place_of(organizations, record.organization.uuid(), "organization"));
  const std::vector<std::byte> grants = core::GrantList::encode(record.grants);
  std::vector<std::byte> networks;
  if (record.networks) networks = core::NetworkList::encode(*record.networks);
  TRY(ensure_room(Region::kKeys, 1, 2, grants.size() + networks.size()));
  TRY(ensure_room(Region::kSecrets, record.secrets.size(), 0, 0));

  // What narrows comes first, what widens last: at no moment is more allowed than before or after.
  const auto known = keys.find(record.id.uuid());
  if (known != keys.end()) revoke_what_ended(record, known->second);
  const auto id = words_of(record.id.uuid());
  const std::uint64_t flags = flags_of(record.standing) | (record.read_only ? kFlagReadOnly : 0);
  const std::uint32_t grants_ref = table->intern(grants);
  const std::uint32_t networks_ref = record.networks ? table->intern(networks) : 0;
  put_at(Region::kKeys, keys, record.id.uuid(),
         {id[0], id[1], pair(application, maker), pair(organization, grants_ref),
          pair(networks_ref, static_cast<std::uint32_t>(flags)), word_of(record.not_before),
          word_of(record.expires_at)});
  put_secrets(record, keys.at(record.id.uuid()));
  return {};
}

/// The key keeps its place until the file is written anew; nothing leads to it any more.
Result<void> Writer::State::put(const core::DeletedKeyRecord& record) {
  const auto known = keys.find(record.id.uuid());
  if (known != keys.end()) revoke_what_ended(core::KeyRecord{}, known->second);
  return {};
}

void Writer::State::revoke_what_ended(const core::KeyRecord& record, std::uint32_t key) {
  bool newly_dead = false;
  for (std::uint32_t at = newest_secret[key - 1]; at != 0;) {
    const Payload& secret = table->payload(Region::kSecrets, at - 1);
    const Digest digest = digest_of(secret);
    const bool listed =
        std::any_of(record.secrets.begin(), record.secrets.end(),
                    [&](const core::KeySecret& other) { return other.digest == digest; });
    if (record.revoked || !listed) {
      newly_dead = newly_dead || (record.revoked && secret[kRevokedWord] == 0);
      table->revoke(at - 1);
    }
    at = high_half(secret[kKeyAndPreviousWord]);
  }
  if (newly_dead) ++dead_keys;
}

void Writer::State::put_secrets(const core::KeyRecord& record, std::uint32_t key) {
  if (newest_secret.size() < key) newest_secret.resize(key);
  for (const core::KeySecret& secret : record.secrets) {
    std::uint32_t at = newest_secret[key - 1];
    while (at != 0 && digest_of(table->payload(Region::kSecrets, at - 1)) != secret.digest)
      at = high_half(table->payload(Region::kSecrets, at - 1)[kKeyAndPreviousWord]);
    if (at != 0) {
      Payload changed = table->payload(Region::kSecrets, at - 1);
      changed[kNotAfterWord] = word_of(secret.not_after);
      table->rewrite(Region::kSecrets, at - 1, changed);
      continue;
    }
    Payload made{};
    std::memcpy(made.data(), secret.digest.data(), secret.digest.size());
    made[kKeyAndPreviousWord] = pair(key, newest_secret[key - 1]);
    made[kNotAfterWord] = word_of(secret.not_after);
    made[kRevokedWord] = record.revoked ? 1 : 0;
    newest_secret[key - 1] = static_cast<std::uint32_t>(
        table->insert(Region::kSecrets, hash_of_digest(secret.digest), made) + 1);
  }
}

// ---- the public face

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Result<Writer> Writer::started(std::unique_ptr<State> state, core::Epoch epoch, Capacity capacity) {
  TRY(state->begin(epoch, capacity));
  state->keys.reserve(capacity.keys);
  state->newest_secret.reserve(capacity.keys);
  return Writer(std::move(state));
}

Result<Writer> Writer::create(const std::string& directory, core::Epoch epoch, Capacity capacity,
                              StoreObserver observer) {
  return started(std::make_unique<State>(directory, std::move(observer)), epoch, capacity);
}

Result<Writer> Writer::create_successor(core::Epoch epoch, Capacity capacity) const {
  auto state = std::make_unique<State>(state_->directory, state_->observer);
  state->lock = state_->lock;
  return started(std::move(state), epoch, capacity);
}

void Writer::retire() {
  // The file may have been cut to nothing, which is why it is retired.
  static_cast<void>(within_bus_guard([this] { state_->table->set_superseded(); }));
}

Result<void> Writer::put(const core::GatewayRecord& record) {
  return std::visit([&](const auto& one) { return state_->put(one); }, record);
}

Result<void> Writer::publish(core::Version version, Time now) {
  state_->table->set_version(static_cast<std::uint64_t>(version.number));
  state_->table->set_fresh_until(word_of(now));
  if (!state_->published) TRY(state_->install());
  return {};
}

void Writer::confirm(Time now) {
  state_->table->set_fresh_until(word_of(now));
}

bool Writer::is_in_place() const {
  const MappedFile& file = state_->table->file();
  struct stat status = {};
  return stands_at(file.descriptor(), state_->path(kKeyringFile)) &&
         fstat(file.descriptor(), &status) == 0 &&
         static_cast<std::uint64_t>(status.st_size) >= file.size();
}

std::uint64_t Writer::dead_keys() const {
  return state_->dead_keys;
}

std::uint64_t Writer::keys() const {
  return state_->keys.size();
}

core::Version Writer::version() const {
  return {static_cast<std::int64_t>(state_->table->header().state_version)};
}

}  // namespace claviger::keyring
