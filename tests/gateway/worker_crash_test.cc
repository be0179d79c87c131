// A worker that dies takes no count with it.
#include "gateway_fixture.h"
#include "support/waiting.h"

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

namespace claviger::test {
namespace {

class WorkerCrash : public GatewayTest {
 protected:
  /// Calls from several threads until `ends`; a call that breaks is just gone.
  void call_until(const std::atomic<bool>& ends, std::vector<std::thread>& clients) {
    constexpr int kClients = 4;
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

TEST_F(WorkerCrash, NoLoggedCallIsLostWhenWorkersAreKilled) {
  constexpr int kKills = 10;
  NginxSettings settings = settings_with(kGuardedLocations);
  settings.workers = 2;
  start_with(settings);
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
