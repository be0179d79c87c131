#include "claviger/store/gateways.h"

#include "store_test.h"

#include "claviger/store/change_log.h"

namespace claviger::store {
namespace {

TEST_P(StoreTest, AGatewayKeepsItsIdWhenItRegistersAgain) {
  Gateway gateway{.id = new_id<core::GatewayId>(),
                  .name = "edge-1",
                  .host = "edge-1.example.com",
                  .software_version = "0.1.0",
                  .epoch = {1},
                  .applied = {5},
                  .last_seen_at = clock_.now()};
  const auto store = [&] {
    return database().write([&](WriteTransaction& tx) { return register_gateway(tx, gateway); });
  };
  const auto first = store();
  ASSERT_THAT(first, Succeeds());
  EXPECT_EQ(first->id, gateway.id);
  gateway.id = new_id<core::GatewayId>();
  gateway.software_version = "0.2.0";
  const auto second = store();
  ASSERT_THAT(second, Succeeds());
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->software_version, "0.2.0");
  EXPECT_EQ(must_read([](ReadTransaction& tx) { return list_gateways(tx); }).size(), 1U);
}

TEST_P(StoreTest, AHeartbeatSaysHowFarAGatewayHasComeWithoutChangingAnything) {
  const Gateway gateway{.id = new_id<core::GatewayId>(),
                        .name = "edge-1",
                        .host = "h",
                        .software_version = "0.1.0",
                        .epoch = {1},
                        .applied = {5},
                        .last_seen_at = clock_.now()};
  ASSERT_THAT(database().write([&](WriteTransaction& tx) { return register_gateway(tx, gateway); }),
              Succeeds());
  const auto before = must_read([](ReadTransaction& tx) { return change_head(tx); }).version;
  const GatewayHeartbeat heartbeat{
      .id = gateway.id, .epoch = {2}, .applied = {9}, .at = clock_.now() + std::chrono::seconds{1}};
  ASSERT_THAT(
      database().write([&](WriteTransaction& tx) { return record_heartbeat(tx, heartbeat); }),
      Succeeds());
  const auto gateways = must_read([](ReadTransaction& tx) { return list_gateways(tx); });
  ASSERT_EQ(gateways.size(), 1U);
  EXPECT_EQ(gateways[0].epoch.number, 2);
  EXPECT_EQ(gateways[0].applied.number, 9);
  EXPECT_EQ(gateways[0].last_seen_at, heartbeat.at);
  EXPECT_EQ(must_read([](ReadTransaction& tx) { return change_head(tx); }).version, before);
  const GatewayHeartbeat stranger{
      .id = new_id<core::GatewayId>(), .epoch = {1}, .applied = {1}, .at = clock_.now()};
  EXPECT_THAT(
      database().write([&](WriteTransaction& tx) { return record_heartbeat(tx, stranger); }),
      FailsWith(ErrorCode::kNotFound));
}

}  // namespace
}  // namespace claviger::store
