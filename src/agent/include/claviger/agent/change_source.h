// Where an agent gets the state from that it keeps: a port, so that the agent built into the server
// and one on a host of its own are the same code.
#pragma once

#include <optional>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/gateway_state.h"

namespace claviger::agent {

/// The server, as an agent sees it. Called from the agent's thread alone.
class ChangeSource {
 public:
  virtual ~ChangeSource() = default;

  /// The epoch that a snapshot would have now, and about how many keys, to make room for.
  struct Outline {
    core::Epoch epoch;
    std::uint64_t keys = 0;
  };

  virtual Result<Outline> outline() = 0;

  /// Hands the whole state to `sink`, a record before all that name it, and says what it was the
  /// state of. An error of the sink ends the snapshot with that error.
  virtual Result<core::GatewaySnapshot> snapshot(const core::GatewayRecordSink& sink) = 0;

  /// What changed after `from`; nothing changed if `to` is `from`. nullopt if only a snapshot can
  /// tell: the epoch is another one, or the log no longer goes back that far.
  virtual Result<std::optional<core::GatewayChanges>> changes_since(core::Epoch epoch,
                                                                    core::Version from) = 0;

  /// Says that this gateway now decides by `version`.
  virtual void report_applied(core::Epoch epoch, core::Version version) = 0;

  /// Waits until there may be something after `known`, at most that long. Returns early when woken
  /// by wake().
  virtual void wait_for_change(core::Version known, Microseconds at_most) = 0;

  /// Ends a wait from another thread.
  virtual void wake() = 0;
};

}  // namespace claviger::agent
