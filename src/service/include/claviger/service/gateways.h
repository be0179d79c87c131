// The gateways: entering one, telling how far each has come, and the receipt of a change.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/ids.h"
#include "claviger/service/context.h"

namespace claviger::service {

struct GatewayView {
  core::GatewayId id;
  std::string name;
  std::string host;
  std::string software_version;
  core::Version applied;
  core::Version latest;  ///< of the server
  Presence presence = Presence::kSilent;
  Time heard_at;
};

struct EnteredGateway {
  core::GatewayId id;
  bool is_new = false;  ///< it has never been entered before
};

/// Enters the gateway of this host, under its name, or under the host's if that is empty. Two
/// servers of one database need two names. Its id is the same at every start.
Result<EnteredGateway> enter_gateway(Context& context, const std::string& name,
                                     const std::string& software_version);

/// Writes down how far a gateway of this process has come, for other servers and for later.
Result<void> record_progress(Context& context, core::GatewayId gateway, core::Epoch epoch);

/// The receipt of a change that was committed as `version`: waits until every live gateway, of this
/// and of other servers, has applied it, at most until `deadline`; names those that did not.
Result<Receipt> receipt_of(Context& context, core::Version version, Time changed_at,
                           std::chrono::steady_clock::time_point deadline);

/// All of them, by name: an installation has tens.
Result<std::vector<GatewayView>> list_gateways(Context& context);

}  // namespace claviger::service
