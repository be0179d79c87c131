// The model's things as the product's own: what a server would send to its gateways, and what an
// edge would hand to decide().
#pragma once

#include "tests/decision/model.h"

#include <string_view>
#include <vector>

#include "claviger/base/id.h"
#include "claviger/core/canonical_request.h"
#include "claviger/core/gateway_state.h"

namespace claviger::model {

/// The id of whatever has this name in the model; the same for the same name.
Uuid uuid_of(std::string_view name);
core::EndpointNumber endpoint_number_of(std::string_view name);

/// All records, in an order in which none names one that comes later.
std::vector<core::GatewayRecord> records_of(const World& world);

/// A call as an edge reads it. Views into `call`, which must outlive it.
class EdgeRequest {
 public:
  explicit EdgeRequest(const Call& call);

  EdgeRequest(const EdgeRequest&) = delete;
  EdgeRequest& operator=(const EdgeRequest&) = delete;

  [[nodiscard]] const core::RawRequest& raw() const { return raw_; }

 private:
  std::vector<core::CarrierHeader> headers_;
  core::RawRequest raw_;
};

}  // namespace claviger::model
