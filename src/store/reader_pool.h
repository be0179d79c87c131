// Connections for reading, lent to one caller at a time.
#pragma once

#include "connection.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/store/database.h"

namespace claviger::store {

/// Thread-safe.
class ReaderPool {
 public:
  using Function = std::function<Result<void>(ReadTransaction&)>;

  /// Connections are opened when they are first needed. `dialect` outlives the pool.
  ReaderPool(const Dialect& dialect, const DatabaseSettings& settings);

  /// As Database::read().
  Result<void> run(const Function& function);

 private:
  using Slot = std::unique_ptr<Connection>;  ///< empty: to be opened

  Result<void> begin(Slot& slot) const;
  Result<Slot> take();
  void give_back(Slot connection);

  const Dialect& dialect_;
  const Microseconds wait_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<Slot> idle_;
};

}  // namespace claviger::store
