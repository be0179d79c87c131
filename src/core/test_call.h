// One call against one state, for tests of the decision.
#pragma once

#include "test_state.h"

#include <string>
#include <vector>

#include "claviger/core/decision.h"

namespace claviger::core {

/// A call to the API "fleet": allowed, unless a test spoils something.
struct Call {
  TestState state;
  std::string method = "GET";
  std::string target = "/devices/42";
  std::string api = "fleet";
  std::vector<CarrierHeader> headers = {};
  std::string authorization = "Bearer " + state.text();
  IpAddress peer = IpAddress::parse("10.1.2.3").value();
  bool is_preflight = false;
  Time now = TestState::kNow;

  [[nodiscard]] Decision decided() {
    std::vector<CarrierHeader> all = headers;
    if (!authorization.empty())
      all.push_back({{HeaderRole::kCarrier, Carrier::kAuthorization}, authorization});
    const RawRequest raw{.method = method,
                         .target = target,
                         .routed_path = {},
                         .headers = all,
                         .peer = peer,
                         .has_origin = is_preflight,
                         .has_requested_method = is_preflight};
    return decide(raw, api, state, now, sha256);
  }

  [[nodiscard]] Reason reason() { return decided().reason; }

  Sha256 sha256;
};

}  // namespace claviger::core
