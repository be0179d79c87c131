// The peer of the keyring: the population's keys in LMDB, by digest.
#pragma once

#include "bench/support/memory_state.h"

#include <memory>
#include <string>

#include "claviger/base/result.h"

struct MDB_env;
struct MDB_txn;

namespace claviger::bench {

/// One record per secret, with all that a decision reads of its key; loaded in order, so that the
/// pages are full. Everything else lies in memory, as if it cost nothing to keep it up to date.
class LmdbState final : public MemoryState {
 public:
  /// Makes the database in `directory`. Errors: kUnavailable.
  static Result<std::unique_ptr<LmdbState>> create(const Population& population,
                                                   const std::string& directory);
  ~LmdbState() override;

  /// Goes on with the newest state, as each decision must: the read transaction is kept and
  /// renewed.
  void renew();

  /// One look-up, and nothing else.
  [[nodiscard]] bool find(const Digest& digest, KeyEntry& entry) const override;

 private:
  explicit LmdbState(const Population& population) : MemoryState(population) {}

  Result<void> open(const std::string& directory, std::uint64_t keys);
  Result<void> load(const Population& population);

  MDB_env* environment_ = nullptr;
  MDB_txn* reading_ = nullptr;
  unsigned int database_ = 0;
};

}  // namespace claviger::bench
