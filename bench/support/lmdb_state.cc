#include "bench/support/lmdb_state.h"

#include <algorithm>
#include <cstring>
#include <lmdb.h>
#include <utility>

#include <fmt/format.h>

namespace claviger::bench {
namespace {

constexpr std::uint64_t kMapBytesPerKey = 1024;
constexpr std::uint64_t kLeastMapBytes = std::uint64_t{1} << 24;

Result<void> check(int code, std::string_view what) {
  if (code == MDB_SUCCESS) return {};
  return fail(Error::unavailable(fmt::format("LMDB cannot {}: {}", what, mdb_strerror(code))));
}

MDB_val value_of(const auto& object) {
  return {sizeof(object), const_cast<void*>(static_cast<const void*>(&object))};
}

}  // namespace

Result<std::unique_ptr<LmdbState>> LmdbState::create(const Population& population,
                                                     const std::string& directory) {
  std::unique_ptr<LmdbState> state(new LmdbState(population));
  TRY(state->open(directory, population.keys()));
  TRY(state->load(population));
  TRY(check(mdb_txn_begin(state->environment_, nullptr, MDB_RDONLY, &state->reading_),
            "begin to read"));
  return state;
}

LmdbState::~LmdbState() {
  if (reading_ != nullptr) mdb_txn_abort(reading_);
  mdb_env_close(environment_);
}

Result<void> LmdbState::open(const std::string& directory, std::uint64_t keys) {
  TRY(check(mdb_env_create(&environment_), "begin"));
  const std::uint64_t map_bytes = std::max(kLeastMapBytes, keys * kMapBytesPerKey);
  TRY(check(mdb_env_set_mapsize(environment_, map_bytes), "take that much room"));
  return check(mdb_env_open(environment_, directory.c_str(), MDB_NOSYNC, 0600),
               "open " + directory);
}

Result<void> LmdbState::load(const Population& population) {
  std::vector<std::pair<Digest, std::uint64_t>> order;
  order.reserve(population.keys());
  for (std::uint64_t i = 0; i < population.keys(); ++i)
    order.emplace_back(sha256(population.text(i)), i);
  std::sort(order.begin(), order.end());

  MDB_txn* writing = nullptr;
  TRY(check(mdb_txn_begin(environment_, nullptr, 0, &writing), "begin to write"));
  TRY(check(mdb_dbi_open(writing, nullptr, 0, &database_), "open its database"));
  for (const auto& [digest, key] : order) {
    const KeyEntry entry = entry_of(population, key);
    MDB_val name = value_of(digest);
    MDB_val value = value_of(entry);
    TRY(check(mdb_put(writing, database_, &name, &value, MDB_APPEND), "write a key"));
  }
  return check(mdb_txn_commit(writing), "commit");
}

void LmdbState::renew() {
  mdb_txn_reset(reading_);
  mdb_txn_renew(reading_);
}

bool LmdbState::find(const Digest& digest, KeyEntry& entry) const {
  MDB_val name = value_of(digest);
  MDB_val value{};
  if (mdb_get(reading_, database_, &name, &value) != MDB_SUCCESS || value.mv_size != sizeof(entry))
    return false;
  std::memcpy(&entry, value.mv_data, sizeof(entry));
  return true;
}

}  // namespace claviger::bench
