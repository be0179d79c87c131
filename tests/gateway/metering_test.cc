// One forwarded call, one counted call: whatever happens to a worker (design.md §6).
#include "gateway_fixture.h"
#include "support/waiting.h"

#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>

namespace claviger::test {
namespace {

using std::chrono::milliseconds;

constexpr int kClients = 4;

class Metering : public GatewayTest {
 protected:
  void SetUp() override {
    NginxSettings settings = settings_with(kGuardedLocations);
    settings.workers = 2;
    start_with(settings);
  }

  /// Calls with each key from as many threads until `ends`; a call that breaks is just gone.
  void call_until(const std::atomic<bool>& ends, std::vector<std::thread>& clients) {
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([this, &ends] {
        while (!ends)
          static_cast<void>(
              test::ask(gateway(), {.target = "/devices/1", .headers = {bearer(key_)}}));
      });
    }
  }

  std::uint64_t logged_calls() {
    std::uint64_t calls = 0;
    const std::string log = read_file(nginx().file("access.log"));
    for (std::size_t at = 0; (at = log.find(" allow allowed ", at)) != std::string::npos; ++at)
      ++calls;
    return calls;
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

TEST_F(Metering, NoLoggedCallIsLostWhenWorkersAreKilled) {
  constexpr int kKills = 10;
  std::atomic<bool> ends = false;
  std::vector<std::thread> clients;
  call_until(ends, clients);
  for (int kill = 0; kill < kKills; ++kill) {
    const std::uint64_t before = logged_calls();
    EXPECT_TRUE(eventually([&] { return logged_calls() > before + 20; }));
    const std::vector<pid_t> workers = nginx().workers();
    if (!workers.empty()) ::kill(workers[static_cast<std::size_t>(kill) % workers.size()], SIGKILL);
    EXPECT_TRUE(eventually([&] { return nginx().workers().size() == 2; }));
  }
  ends = true;
  for (std::thread& client : clients) client.join();
  nginx().stop();
  const std::uint64_t counted = world().calls_of(key_);
  const std::uint64_t logged = logged_calls();
  EXPECT_GT(logged, kKills * 20U);
  // A call is counted right before it is logged: a worker dies between the two at most once.
  EXPECT_GE(counted, logged);
  EXPECT_LE(counted, logged + kKills);
  EXPECT_LE(counted, upstream().count());
}

}  // namespace
}  // namespace claviger::test
