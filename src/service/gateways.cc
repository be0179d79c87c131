#include "claviger/service/gateways.h"

#include <array>
#include <thread>
#include <unistd.h>

#include "claviger/store/change_log.h"
#include "claviger/store/gateways.h"

namespace claviger::service {
namespace {

/// How often the rows of other servers' gateways are looked at while a receipt waits for them.
constexpr std::chrono::milliseconds kPollOfOthers{20};

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

Result<std::vector<store::Gateway>> all_gateways(Context& context) {
  return context.database.read([](store::ReadTransaction& tx) { return store::list_gateways(tx); });
}

}  // namespace

Result<EnteredGateway> enter_gateway(Context& context, const std::string& name,
                                     const std::string& software_version) {
  const auto id = core::GatewayId::make(context.clock.now(), context.random);
  const store::Gateway entered =
      TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<store::Gateway> {
        return store::register_gateway(tx, {.id = id,
                                            .name = name.empty() ? host_name() : name,
                                            .host = host_name(),
                                            .software_version = software_version,
                                            .epoch = {},
                                            .applied = {},
                                            .last_seen_at = tx.now()});
      }));
  context.gateways.enter(entered.id, entered.name);
  return EnteredGateway{.id = entered.id, .is_new = entered.id == id};
}

Result<void> record_progress(Context& context, core::GatewayId gateway, core::Epoch epoch) {
  const auto progress = context.gateways.progress(gateway);
  if (!progress) return {};
  return context.database.write([&](store::WriteTransaction& tx) {
    return store::record_heartbeat(
        tx,
        {.id = gateway, .epoch = epoch, .applied = progress->applied, .at = progress->heard_at});
  });
}

Result<Receipt> receipt_of(Context& context, core::Version version, Time changed_at,
                           std::chrono::steady_clock::time_point deadline) {
  Receipt receipt = context.gateways.wait_applied(version, changed_at, deadline);
  for (;;) {
    // Gateways of other servers of this database: known by their rows alone.
    std::vector<ReceiptLine> others;
    bool waiting = false;
    const Time now = context.clock.now();
    for (const store::Gateway& gateway : TRY(all_gateways(context))) {
      if (context.gateways.progress(gateway.id)) continue;
      const bool applied = gateway.applied >= version && is_live(gateway.last_seen_at, now);
      waiting = waiting || (!applied && is_live(gateway.last_seen_at, now));
      others.push_back({.gateway = gateway.id,
                        .name = gateway.name,
                        .reach = applied ? Reach::kApplied : Reach::kSilent,
                        .after = applied ? now - changed_at : Microseconds{0}});
    }
    if (!waiting || std::chrono::steady_clock::now() >= deadline) {
      receipt.gateways.insert(receipt.gateways.end(), others.begin(), others.end());
      return receipt;
    }
    std::this_thread::sleep_for(kPollOfOthers);
  }
}

Result<std::vector<GatewayView>> list_gateways(Context& context) {
  struct Rows {
    std::vector<store::Gateway> gateways;
    core::Version latest;
  };

  const Rows rows = TRY(context.database.read([](store::ReadTransaction& tx) -> Result<Rows> {
    Rows read{TRY(store::list_gateways(tx)), {}};
    read.latest = TRY(store::change_head(tx)).version;
    return read;
  }));
  std::vector<GatewayView> views;
  const Time now = context.clock.now();
  for (const store::Gateway& row : rows.gateways) {
    GatewayView view{.id = row.id,
                     .name = row.name,
                     .host = row.host,
                     .software_version = row.software_version,
                     .applied = row.applied,
                     .latest = rows.latest,
                     .presence = Presence::kSilent,
                     .heard_at = row.last_seen_at};
    if (const auto progress = context.gateways.progress(row.id)) {
      view.applied = progress->applied;
      view.heard_at = progress->heard_at;
    }
    view.presence = is_live(view.heard_at, now) ? Presence::kLive : Presence::kSilent;
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace claviger::service
