// What gateways are told: all of the decision's inputs, or what has changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "claviger/base/result.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/version.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// How many records one set of changes may have; beyond it a snapshot costs less.
inline constexpr std::size_t kDefaultMaxChangedRecords = 10'000;

/// Where a gateway stands.
struct FeedPosition {
  core::Epoch epoch;
  core::Version version;
};

/// The present records of all that changed after `from`, in an order that can be applied; without
/// records if nothing did. nullopt if only a snapshot helps: another epoch, changes that are no
/// longer kept, a version that was never reached, or more than `max_records`.
Result<std::optional<core::GatewayChanges>> changes_since(
    const ReadTransaction& tx, const FeedPosition& from,
    std::size_t max_records = kDefaultMaxChangedRecords);

/// Hands every record to `sink`, one by one, in an order that can be applied; ends with the first
/// error of `sink`. Memory does not grow with the number of keys.
Result<core::GatewaySnapshot> snapshot(const ReadTransaction& tx,
                                       const core::GatewayRecordSink& sink);

/// How many keys a snapshot would hand over: to make room for.
Result<std::uint64_t> count_keys(const ReadTransaction& tx);

}  // namespace claviger::store
