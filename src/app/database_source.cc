#include "database_source.h"

#include "claviger/service/gateways.h"
#include "claviger/store/change_log.h"
#include "claviger/store/gateway_feed.h"

namespace claviger::app {

Result<agent::ChangeSource::Outline> DatabaseSource::outline() {
  return context_.database.read([](store::ReadTransaction& tx) -> Result<Outline> {
    return Outline{.epoch = TRY(store::change_head(tx)).epoch, .keys = TRY(store::count_keys(tx))};
  });
}

Result<core::GatewaySnapshot> DatabaseSource::snapshot(const core::GatewayRecordSink& sink) {
  return context_.database.read(
      [&](store::ReadTransaction& tx) { return store::snapshot(tx, sink); });
}

Result<std::optional<core::GatewayChanges>> DatabaseSource::changes_since(core::Epoch epoch,
                                                                          core::Version from) {
  return context_.database.read([&](store::ReadTransaction& tx) {
    return store::changes_since(tx, {epoch, from});
  });
}

void DatabaseSource::report_applied(core::Epoch epoch, core::Version version) {
  epoch_ = epoch.number;
  context_.gateways.report(gateway_, version);
}

void DatabaseSource::wait_for_change(core::Version known, Microseconds at_most) {
  context_.changes.wait_beyond(known, at_most);
}

void DatabaseSource::wake() {
  context_.changes.wake();
}

Result<void> DatabaseSource::record_progress() {
  if (epoch_ == 0) return {};
  return service::record_progress(context_, gateway_, {epoch_});
}

}  // namespace claviger::app
