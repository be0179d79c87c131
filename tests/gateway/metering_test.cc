// One forwarded call, one counted call: whatever happens to a worker.
#include "gateway_fixture.h"

#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>

namespace claviger::test {
namespace {

constexpr int kClients = 4;

class Metering : public GatewayTest {
 protected:
  void SetUp() override {
    NginxSettings settings = settings_with(kGuardedLocations);
    settings.workers = 2;
    start_with(settings);
  }

  const WorldKey key_ = world().add_key();
};

TEST_F(Metering, EveryForwardedCallIsCountedOnce) {
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      for (int call = 0; call < 100; ++call)
        answered +=
            test::ask(gateway(), {.target = "/devices/1", .headers = {bearer(key_)}}).status == 200;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, kClients * 100);
  EXPECT_EQ(upstream().count(), static_cast<std::size_t>(kClients) * 100);
  EXPECT_TRUE(counts(key_, kClients * 100));
}

TEST_F(Metering, ARefusedCallAndAPreflightAreNotCounted) {
  WorldKey other = world().add_key();
  other.record.grants.clear();
  world().put(other.record);
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(other)}}).status, 403);
  EXPECT_EQ(
      ask({.method = "OPTIONS",
           .target = "/devices/1",
           .headers = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "GET"}}})
          .status,
      200);
  nginx().stop();
  EXPECT_TRUE(counts(other, 0));
  EXPECT_TRUE(counts(key_, 0));
}

TEST_F(Metering, ACallThatTheUpstreamFailsIsCounted) {
  upstream().answer_with([](const Received&) { return answer_of(500, {}, "broken"); });
  EXPECT_EQ(ask({.target = "/devices/1", .headers = {bearer(key_)}}).status, 500);
  EXPECT_TRUE(counts(key_, 1));
}

TEST_F(Metering, CountsSurviveAReload) {
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  nginx().reload(settings_with(kGuardedLocations));
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_TRUE(counts(key_, 2));
}

}  // namespace
}  // namespace claviger::test
