// Issuing keys: issue REST_PORT SERVER_DATABASE BARE_DATABASE APPLICATION…, with the token of a
// session in CLAVIGER_BENCH_TOKEN. Sixteen clients create keys through the REST API; then a bare
// loop over SQLite writes the very same rows, sixteen keys to a transaction; and so on in turn.
// Prints figures; ends with 1 if a key was not created.
#include "bench/bare_store.h"
#include "bench/support/environment.h"
#include "bench/support/figure.h"
#include "bench/support/population.h"
#include "bench/support/rest_client.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <span>
#include <thread>

#include <fmt/format.h>

namespace claviger::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kClients = 16;
constexpr double kGoalRatio = 0.5;
constexpr int kCreated = 201;
constexpr std::size_t kFirstApplication = 4;  ///< on the command line

/// One keep-alive client, which creates keys in its applications in turn.
class Client {
 public:
  explicit Client(const RestAccess& access) : rest_(access) {}

  void add_application(const std::string& id) {
    const std::string body = fmt::format(
        R"({{"name":"issued","expiresIn":"30d","grants":[{{"api":"{}","endpoints":["*"],)"
        R"("scopes":["*"]}}]}})",
        kApiName);
    requests_.push_back(rest_.post_text(fmt::format("/v1/applications/{}/keys", id), body));
  }

  /// Creates keys until then. Errors: kUnavailable if one is not created.
  Result<void> work(SteadyClock::time_point until) {
    while (SteadyClock::now() < until) {
      const HttpAnswer answer = TRY(rest_.exchange(requests_[created_ % requests_.size()]));
      if (answer.status != kCreated)
        return fail(Error::unavailable(
            fmt::format("creating a key gave {}: {}", answer.status, answer.body)));
      ++created_;
    }
    return {};
  }

  [[nodiscard]] std::size_t created() const { return created_; }

 private:
  RestClient rest_;
  std::vector<std::string> requests_;
  std::size_t created_ = 0;
};

struct Phase {
  std::size_t keys = 0;
  double seconds = 0;

  [[nodiscard]] double rate() const { return static_cast<double>(keys) / seconds; }
};

std::size_t created_by(const std::vector<Client>& clients) {
  std::size_t created = 0;
  for (const Client& client : clients) created += client.created();
  return created;
}

/// All clients at work for that long.
Result<Phase> let_work(std::vector<Client>& clients, std::chrono::seconds length) {
  const std::size_t before = created_by(clients);
  const auto begin = SteadyClock::now();
  std::vector<Result<void>> results(clients.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i)
      threads.emplace_back([&, i] { results[i] = clients[i].work(begin + length); });
  }
  const std::chrono::duration<double> taken = SteadyClock::now() - begin;
  for (Result<void>& result : results) TRY(std::move(result));
  return Phase{.keys = created_by(clients) - before, .seconds = taken.count()};
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Result<void> run(std::vector<Client>& clients, BareStore& bare) {
  const std::uint64_t rounds = number_from_environment("CLAVIGER_BENCH_ROUNDS", 5);
  const std::chrono::seconds length{number_from_environment("CLAVIGER_BENCH_SECONDS", 4)};
  std::vector<double> server_rates;
  std::vector<double> bare_rates;
  std::vector<double> ratios;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const Phase server = TRY(let_work(clients, length));
    const std::size_t groups = std::max<std::size_t>(server.keys / kClients, 1);
    const std::vector<NewRows> rows = TRY(bare.read_new_rows());
    const Phase floor{.keys = server.keys, .seconds = TRY(bare.write_in_groups(rows, groups))};
    server_rates.push_back(server.rate());
    bare_rates.push_back(floor.rate());
    ratios.push_back(server.rate() / floor.rate());
  }
  print({.name = "issue.server", .value = median(server_rates), .unit = "keys/s"});
  print({.name = "issue.bare_sqlite", .value = median(bare_rates), .unit = "keys/s"});
  print({.name = "issue.ratio",
         .value = median(ratios),
         .unit = "x",
         .goal = Goal{Bound::kAtLeast, kGoalRatio}});
  return {};
}

Result<void> start(std::span<char*> arguments) {
  const RestAccess access{.port = port_in(arguments[1]),
                          .token = text_from_environment("CLAVIGER_BENCH_TOKEN")};
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.emplace_back(access);
  const std::span<char*> applications = arguments.subspan(kFirstApplication);
  for (std::size_t i = 0; i < applications.size(); ++i)
    clients[i % kClients].add_application(applications[i]);
  BareStore bare = TRY(BareStore::create(arguments[2], arguments[3]));
  return run(clients, bare);
}

}  // namespace
}  // namespace claviger::bench

int main(int argc, char** argv) {
  using claviger::bench::kClients;
  using claviger::bench::kFirstApplication;
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < kFirstApplication + kClients) {
    std::cerr << "usage: issue REST_PORT SERVER_DATABASE BARE_DATABASE APPLICATION…\n"
              << "with at least " << kClients << " applications\n";
    return EXIT_FAILURE;
  }
  const auto done = claviger::bench::start(arguments);
  if (done) return EXIT_SUCCESS;
  std::cerr << "issue: " << done.error().internal_text() << '\n';
  return EXIT_FAILURE;
}
