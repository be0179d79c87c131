// Revoking keys under load: revoke REST_PORT APPLICATION GATEWAY_PORT, with the token of a session
// in CLAVIGER_BENCH_TOKEN. Keys are created and revoked through the REST API, each revocation is
// waited for until the gateway has applied it, and all the while calls with these and other keys go
// to the gateway at a fixed pace. Prints figures; ends with 1 if an answer came that neither a live
// nor a revoked key explains.
#include "bench/keys_in_play.h"
#include "bench/support/environment.h"
#include "bench/support/figure.h"
#include "bench/support/population.h"
#include "bench/support/rest_client.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <span>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::bench {
namespace {

using nlohmann::json;

constexpr std::size_t kConnections = 64;
constexpr std::size_t kSteadyKeys = 200;
constexpr double kShareOfSaturation = 0.4;
constexpr double kSecondsOfSaturation = 3;
constexpr double kGoalMilliseconds = 20;
constexpr Moment kMillisecond = 1'000'000;
constexpr Moment kSecond = 1000 * kMillisecond;
/// A passing key is called for so long before and after its revocation.
constexpr Moment kLife = kSecond;
constexpr Moment kAfterlife = kSecond;
constexpr Moment kBetweenRevocations = 30 * kMillisecond;
constexpr Moment kPatience = 10 * kSecond;

struct Target {
  RestAccess rest;
  std::string application;
  std::uint16_t gateway_port = 0;
};

struct CreatedKey {
  std::string id;
  std::string secret;
};

/// The management side: creates keys and revokes them.
class Issuer {
 public:
  explicit Issuer(const Target& target) : target_(target), client_(target.rest) {}

  Result<CreatedKey> create() {
    const json wanted = {{"name", "passing"},
                         {"grants", {{{"api", kApiName}, {"endpoints", {"*"}}, {"scopes", {"*"}}}}},
                         {"allowedIps", {"127.0.0.0/8"}},
                         {"expiresIn", "30d"}};
    const json made = TRY(parsed(TRY(client_.post(
        fmt::format("/v1/applications/{}/keys", target_.application), wanted.dump(), 201))));
    return CreatedKey{made.value("id", ""), made.value("secret", "")};
  }

  /// Revokes a key and waits for the receipt; returns when that had been read. Errors:
  /// kUnavailable, also if a gateway has not applied it.
  Result<Moment> revoke(const std::string& id) {
    const std::string path = fmt::format("/v1/keys/{}/revoke?wait=applied", id);
    const std::string answer = TRY(client_.post(path, R"({"reason":"compromised"})", 200));
    const Moment receipt = moment_now();
    const json gateways = TRY(parsed(answer)).value("/receipt/gateways"_json_pointer, json());
    if (gateways.empty() || !std::ranges::all_of(gateways, [](const json& gateway) {
          return gateway.value("state", "") == "applied";
        }))
      return fail(Error::unavailable("a receipt without every gateway: " + answer));
    return receipt;
  }

 private:
  static Result<json> parsed(const std::string& text) {
    json document = json::parse(text, nullptr, false);
    if (document.is_object()) return document;
    return fail(Error::unavailable("an answer that is no JSON object: " + text));
  }

  const Target& target_;
  RestClient client_;
};

/// Returns once the gateway lets a call with that key pass. Errors: kUnavailable if it never does.
Result<void> wait_until_usable(std::uint16_t gateway_port, std::string_view secret) {
  RestClient gateway({.port = gateway_port, .token = std::string(secret)});
  const Moment deadline = moment_now() + kPatience;
  while (moment_now() < deadline) {
    if (TRY(gateway.get(kTarget)).status == 200) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return fail(Error::unavailable("the gateway does not come to know a new key"));
}

/// Creates and revokes keys, one after the other, until `until`. Returns what each revocation took.
class Revoking {
 public:
  Revoking(Issuer& issuer, KeysInPlay& keys) : issuer_(issuer), keys_(keys) {}

  Result<std::vector<Moment>> run(Moment until) {
    for (Moment turn = moment_now(); turn < until; turn += kBetweenRevocations) {
      std::this_thread::sleep_until(
          std::chrono::steady_clock::time_point(std::chrono::nanoseconds{turn}));
      CreatedKey made = TRY(issuer_.create());
      const std::size_t number = keys_.add_passing(made.secret);
      live_.push_back({std::move(made.id), number, moment_now()});
      if (moment_now() - live_.front().since >= kLife) TRY(revoke_oldest());
      while (!revoked_.empty() && moment_now() - revoked_.front().since >= kAfterlife) {
        keys_.retire(revoked_.front().number);
        revoked_.pop_front();
      }
    }
    return std::move(taken_);
  }

 private:
  struct Passing {
    std::string id;
    std::size_t number;  ///< among the keys in play
    Moment since;        ///< when it was created, or its receipt read
  };

  Result<void> revoke_oldest() {
    Passing key = std::move(live_.front());
    live_.pop_front();
    keys_.revoking(key.number);
    const Moment asked = moment_now();
    key.since = TRY(issuer_.revoke(key.id));
    keys_.revoked(key.number, key.since);
    taken_.push_back(key.since - asked);
    revoked_.push_back(std::move(key));
    return {};
  }

  Issuer& issuer_;
  KeysInPlay& keys_;
  std::deque<Passing> live_;
  std::deque<Passing> revoked_;
  std::vector<Moment> taken_;
};

double quantile_ms(std::vector<Moment>& times, double part) {
  if (times.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
  std::nth_element(times.begin(), times.begin() + rank, times.end());
  return static_cast<double>(times[static_cast<std::size_t>(rank)]) / kMillisecond;
}

Result<void> report(std::vector<Moment> revocations, Tally tally, double pace) {
  if (tally.unexplained > 0)
    return fail(Error::internal(fmt::format("{} answers are unexplained", tally.unexplained)));
  if (revocations.empty() || tally.refused_after_receipt == 0)
    return fail(Error::internal("too short a run: no revocation was tested"));
  const auto count = [](std::string_view name, std::size_t number, std::string_view unit,
                        std::optional<Goal> goal) {
    print({.name = name, .value = static_cast<double>(number), .unit = unit, .goal = goal});
  };
  const auto time = [](std::string_view name, double value, std::optional<Goal> goal) {
    print({.name = name, .value = value, .unit = "ms", .goal = goal});
  };
  print({.name = "revoke.pace", .value = pace, .unit = "calls/s", .goal = std::nullopt});
  time("revoke.answer_p50", quantile_ms(tally.delays, 0.5), std::nullopt);
  time("revoke.answer_p99", quantile_ms(tally.delays, 0.99), std::nullopt);
  count("revoke.revocations", revocations.size(), "revocations", std::nullopt);
  time("revoke.receipt_p50", quantile_ms(revocations, 0.5), std::nullopt);
  time("revoke.receipt_p99", quantile_ms(revocations, 0.99),
       Goal{Bound::kAtMost, kGoalMilliseconds});
  count("revoke.refused_after_receipt", tally.refused_after_receipt, "calls", std::nullopt);
  count("revoke.accepted_after_receipt", tally.allowed_after_receipt, "calls",
        Goal{Bound::kExactly, 0});
  return {};
}

Result<void> run(const Target& target) {
  Issuer issuer(target);
  KeysInPlay keys;
  std::string newest;
  for (std::size_t i = 0; i < kSteadyKeys; ++i) {
    newest = TRY(issuer.create()).secret;
    keys.add_steady(newest);
  }
  TRY(wait_until_usable(target.gateway_port, newest));

  CallLoad load = TRY(CallLoad::connect(target.gateway_port, kConnections));
  const double saturation = TRY(load.saturate(keys, kSecondsOfSaturation));
  static_cast<void>(keys.settle());  // the delays of a saturated gateway mean nothing
  const double pace = saturation * kShareOfSaturation;
  const auto seconds = static_cast<Moment>(number_from_environment("CLAVIGER_BENCH_SECONDS", 30));
  const Moment until = moment_now() + seconds * kSecond;
  Result<void> load_result;
  std::jthread caller([&] { load_result = load.keep_pace(keys, pace, until); });
  auto revocations = Revoking(issuer, keys).run(until);
  caller.join();
  TRY(load_result);
  return report(TRY(std::move(revocations)), keys.settle(), pace);
}

}  // namespace
}  // namespace claviger::bench

// NOLINTNEXTLINE(bugprone-exception-escape): an exception ends it, which is a failure
int main(int argc, char** argv) {
  using claviger::bench::port_in;
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 4) {
    std::cerr << "usage: revoke REST_PORT APPLICATION GATEWAY_PORT\n";
    return EXIT_FAILURE;
  }
  const auto done = claviger::bench::run(
      {.rest = {.port = port_in(arguments[1]),
                .token = claviger::bench::text_from_environment("CLAVIGER_BENCH_TOKEN")},
       .application = arguments[2],
       .gateway_port = port_in(arguments[3])});
  if (done) return EXIT_SUCCESS;
  std::cerr << "revoke: " << done.error().internal_text() << '\n';
  return EXIT_FAILURE;
}
