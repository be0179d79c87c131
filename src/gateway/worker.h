// What one nginx worker decides with.
#pragma once

#include "decision_ids.h"
#include "troubles.h"

#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/core/decision.h"
#include "claviger/gateway/gate.h"
#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"

namespace claviger::gateway {

/// Judges calls from the keyring of one state directory, and finds the counters of those that it
/// allows. Once it has judged a few, it takes no memory from the heap. Not thread-safe.
class Worker {
 public:
  Worker(const std::string& directory, const Clock& clock, Random& random);

  /// See claviger_gate_decide().
  void decide(const claviger_call& call, claviger_decision& out, claviger_notice& notice);

  void count_undecided();

 private:
  core::RawRequest raw_request_of(const claviger_call& call);
  core::Decision judge(const core::RawRequest& raw, std::string_view api, Time now);
  void follow_keyring();
  keyring::CounterSlot claim_counter(core::Decision& decision);
  void write_allowed(const core::Decision& decision, keyring::CounterSlot counter,
                     std::string_view api, claviger_decision& out);
  void note_troubles(core::Reason reason, std::string_view api, Time now, claviger_notice& notice);
  [[nodiscard]] std::string sentence_of(Trouble trouble, std::string_view api) const;

  const Clock& clock_;
  std::string directory_;
  keyring::Reader reader_;
  keyring::Counters counters_;
  DecisionIds ids_;
  Troubles troubles_;

  // Of the call at hand.
  keyring::Condition condition_ = keyring::Condition::kUsable;
  bool counter_missing_ = false;
  std::uint64_t files_followed_ = 0;  ///< of those that the reader has mapped

  // Kept from call to call, so that their memory is.
  std::vector<core::CarrierHeader> headers_;
  std::string scopes_;
  std::string notice_;
};

}  // namespace claviger::gateway
