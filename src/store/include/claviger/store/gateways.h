// The gateways that have reported, and how far each has come. No input of the decision.
#pragma once

#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct Gateway {
  core::GatewayId id;
  std::string name;  ///< unique
  std::string host;
  std::string software_version;
  core::Epoch epoch;
  core::Version applied;  ///< the version that its keyring holds
  Time last_seen_at;
};

/// How far a gateway has come.
struct GatewayHeartbeat {
  core::GatewayId id;
  core::Epoch epoch;
  core::Version applied;
  Time at;
};

/// Stores a gateway, or renews what is known of the one with that name, which keeps its id. Returns
/// it as stored.
Result<Gateway> register_gateway(WriteTransaction& tx, const Gateway& gateway);

/// Errors: kNotFound.
Result<void> record_heartbeat(WriteTransaction& tx, const GatewayHeartbeat& heartbeat);

/// All of them, by name.
Result<std::vector<Gateway>> list_gateways(const ReadTransaction& tx);

}  // namespace claviger::store
