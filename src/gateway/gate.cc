#include "claviger/gateway/gate.h"

#include "refusal.h"
#include "worker.h"

#include <bit>
#include <exception>
#include <string_view>

#include "claviger/core/api.h"
#include "claviger/core/canonical_request.h"
#include "claviger/keyring/bus_guard.h"
#include "claviger/keyring/counters.h"

using claviger::core::HeaderRole;
using claviger::core::Reason;

static_assert(static_cast<int>(HeaderRole::kOther) == CLAVIGER_HEADER_OTHER);
static_assert(static_cast<int>(HeaderRole::kCarrier) == CLAVIGER_HEADER_CARRIER);
static_assert(static_cast<int>(HeaderRole::kCarrierAlias) == CLAVIGER_HEADER_CARRIER_ALIAS);
static_assert(static_cast<int>(HeaderRole::kIdentity) == CLAVIGER_HEADER_IDENTITY);
static_assert(static_cast<int>(HeaderRole::kOverride) == CLAVIGER_HEADER_OVERRIDE);

struct claviger_gate {
  explicit claviger_gate(const char* directory) : worker(directory, clock, random) {}

  claviger::SystemClock clock;
  claviger::SystemRandom random;
  claviger::gateway::Worker worker;
};

claviger_header_meaning claviger_meaning_of_header(claviger_text name) {
  const auto meaning = claviger::core::meaning_of_header({name.data, name.size});
  return {static_cast<std::uint8_t>(meaning.role), static_cast<std::uint8_t>(meaning.carrier)};
}

claviger_gate* claviger_gate_open(const char* directory) {
  try {
    claviger::keyring::install_bus_guard();
    return new claviger_gate(directory);
  } catch (const std::exception&) {
    return nullptr;
  }
}

void claviger_gate_close(claviger_gate* gate) {
  delete gate;
}

void claviger_gate_decide(claviger_gate* gate, const claviger_call* call,
                          claviger_decision* decision, claviger_notice* notice) {
  try {
    if (gate != nullptr) return gate->worker.decide(*call, *decision, *notice);
  } catch (const std::exception&) {
    // Out of memory. No decision was made, which is a refusal.
  }
  *decision = {};
  *notice = {};
  claviger::gateway::refuse(*decision, Reason::kUndecided);
}

void claviger_gate_count(const claviger_decision* decision) {
  const auto counter = std::bit_cast<claviger::keyring::CounterSlot>(decision->counter);
  if (!counter.is_set()) return;
  const claviger::Time decided_at = claviger::from_microseconds(decision->decided_at);
  const claviger::keyring::UseNote use{decision->used_secret, decision->used_network};
  // A counters file that was cut short has lost its counts already.
  static_cast<void>(claviger::keyring::within_bus_guard([&] { counter.add(use, decided_at); }));
}

void claviger_gate_count_undecided(claviger_gate* gate) {
  try {
    if (gate != nullptr) gate->worker.count_undecided();
  } catch (const std::exception&) {
    // Out of memory. The request has been logged all the same.
  }
}

size_t claviger_write_problem(const claviger_decision* decision, char* out) {
  return claviger::gateway::write_problem(*decision, {out, CLAVIGER_PROBLEM_ROOM});
}

bool claviger_is_api_name(claviger_text name) {
  return claviger::core::is_api_name({name.data, name.size});
}
