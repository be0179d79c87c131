// The keeper: keeps a gateway's keyring equal to the server's ordered change log.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "claviger/agent/change_source.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/keyring/writer.h"

namespace claviger::agent {

/// Whether gateways may have decided by this server's state before this agent came.
enum class Past : std::uint8_t { kUnknown, kNone };

struct KeeperSettings {
  std::string state_directory;
  Past past = Past::kUnknown;
  /// How often the state is confirmed while nothing changes, and the files are looked at.
  Microseconds heartbeat = std::chrono::milliseconds{500};
  /// How long the first attempt after a failure waits; doubled up to the heartbeat times ten.
  Microseconds retry = std::chrono::milliseconds{100};
};

/// Rules: a snapshot replaces, changes apply only in
/// sequence, epochs never go back; what is wrong with the files is mended by writing them anew; an
/// API that no gateway could hold refuses its own calls and keeps nothing else from being told; and
/// while the server cannot be asked, the state's age is left to grow.
class Keeper {
 public:
  /// `source` and `clock` outlive the keeper.
  Keeper(KeeperSettings settings, ChangeSource& source, const Clock& clock);

  /// Makes the state directory with its modes (docs/operations.md), and warns if it is not in
  /// tmpfs. Errors: kUnavailable with a sentence for the operator.
  Result<void> prepare();

  /// Keeps the keyring until stop(). Every failure is logged and tried again.
  void run();

  /// Ends run(), from any thread.
  void stop();

  /// One round: brings the keyring up to the server's state, whatever it takes. Returns true if
  /// anything was applied. Errors are the source's or the writer's; the next round starts over from
  /// what is safe.
  Result<bool> catch_up();

 private:
  Result<void> put(core::GatewayRecord&& record, keyring::Writer& writer);
  void report(core::Version version);
  Result<void> keep_counters(const keyring::Writer& writer);
  void tidy_counters();
  Result<void> rebuild();
  Result<bool> apply_changes();

  KeeperSettings settings_;
  ChangeSource& source_;
  const Clock& clock_;
  std::atomic<bool> stopping_ = false;
  std::optional<keyring::Writer> writer_;
  bool broke_off_ = false;  ///< the last round may have left a part of its records
  core::Epoch epoch_;
  Time reports_from_;  ///< until then a gateway may decide by a file that nobody could supersede
};

}  // namespace claviger::agent
