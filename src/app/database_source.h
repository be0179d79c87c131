// The server's own database as the source of its host's agent.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "claviger/agent/change_source.h"
#include "claviger/core/ids.h"
#include "claviger/service/context.h"

namespace claviger::app {

class DatabaseSource final : public agent::ChangeSource {
 public:
  /// `context` outlives the source.
  DatabaseSource(service::Context& context, core::GatewayId gateway)
      : context_(context), gateway_(gateway) {}

  Result<Outline> outline() override;
  Result<core::GatewaySnapshot> snapshot(const core::GatewayRecordSink& sink) override;
  Result<std::optional<core::GatewayChanges>> changes_since(core::Epoch epoch,
                                                            core::Version from) override;
  void report_applied(core::Epoch epoch, core::Version version) override;
  void wait_for_change(core::Version known, Microseconds at_most) override;
  void wake() override;

  /// Writes down how far this gateway has come, if it has reported. For other servers and for
  /// later.
  Result<void> record_progress();

 private:
  service::Context& context_;
  core::GatewayId gateway_;
  std::atomic<std::int64_t> epoch_ = 0;
};

}  // namespace claviger::app
