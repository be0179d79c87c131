#include "claviger/store/gateways.h"

#include "connection.h"
#include "refusal.h"

namespace claviger::store {
namespace {

Gateway read_gateway(Row& row) {
  Gateway gateway;
  gateway.id = row.id<core::GatewayId>();
  gateway.name = row.text();
  gateway.host = row.text();
  gateway.software_version = row.text();
  gateway.epoch = row.epoch();
  gateway.applied = row.version();
  gateway.last_seen_at = row.time();
  return gateway;
}

}  // namespace

Result<Gateway> register_gateway(WriteTransaction& tx, const Gateway& gateway) {
  auto stored = TRY(tx.connection().select_one(
      "INSERT INTO gateways (id, name, host, software_version, epoch, applied_version, "
      "last_seen_at) "
      "VALUES (:id, :name, :host, :software_version, :epoch, :applied, :last_seen_at) "
      "ON CONFLICT (name) DO UPDATE SET host = excluded.host, "
      "software_version = excluded.software_version, epoch = excluded.epoch, "
      "applied_version = excluded.applied_version, last_seen_at = excluded.last_seen_at "
      "RETURNING id, name, host, software_version, epoch, applied_version, last_seen_at",
      {{"id", gateway.id},
       {"name", gateway.name},
       {"host", gateway.host},
       {"software_version", gateway.software_version},
       {"epoch", gateway.epoch},
       {"applied", gateway.applied},
       {"last_seen_at", gateway.last_seen_at}},
      read_gateway));
  return found(std::move(stored), "gateway");
}

Result<void> record_heartbeat(WriteTransaction& tx, const GatewayHeartbeat& heartbeat) {
  const std::int64_t rows = TRY(tx.connection().execute(
      "UPDATE gateways SET epoch = :epoch, applied_version = :applied, last_seen_at = :at "
      "WHERE id = :id",
      {{"epoch", heartbeat.epoch},
       {"applied", heartbeat.applied},
       {"at", heartbeat.at},
       {"id", heartbeat.id}}));
  return found_row(rows, "gateway");
}

Result<std::vector<Gateway>> list_gateways(const ReadTransaction& tx) {
  return tx.connection().select(
      "SELECT id, name, host, software_version, epoch, applied_version, last_seen_at FROM gateways "
      "ORDER BY name, id",
      {}, read_gateway);
}

}  // namespace claviger::store
