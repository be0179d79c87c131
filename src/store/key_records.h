// Keys as gateways see them, read by the hundred thousand.
#pragma once

#include "connection.h"

#include <string>
#include <unordered_map>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/gateway_state.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// Reads keys in pages: two statements for each page, none for each key. Most keys share their
/// grants with others, so each text of grants is understood once.
class KeyRecordReader {
 public:
  /// `tx` outlives the reader.
  explicit KeyRecordReader(const ReadTransaction& tx) : connection_(tx.connection()) {}

  /// The next keys by id; empty behind the last one.
  Result<std::vector<core::KeyRecord>> next_page();

  /// The keys that have changed behind `from`, by id.
  Result<std::vector<core::KeyRecord>> changed_since(core::Version from);

  /// The keys that were deleted behind `from`, in no order.
  Result<std::vector<core::KeyId>> deleted_since(core::Version from);

 private:
  core::KeyRecord read_key(Row& row);
  const std::vector<core::Grant>& grants_of(Row& row);
  Result<std::vector<core::KeyRecord>> load_keys(std::string_view condition, const Binds& binds);
  Result<void> add_secrets(std::vector<core::KeyRecord>& keys, std::string_view condition,
                           const Binds& binds);

  Connection& connection_;
  std::string last_id_;  ///< "" lies before every id
  std::unordered_map<std::string, std::vector<core::Grant>> understood_;
};

}  // namespace claviger::store
