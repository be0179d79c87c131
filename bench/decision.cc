// What a decision costs at the gateway: from the raw header to the verdict and the count, with one
// thousand to one million keys, beside LMDB in the keyring's place. Prints figures; ends with 1 if
// a call was not judged as it should be.
#include "claviger/core/decision.h"

#include "bench/support/environment.h"
#include "bench/support/figure.h"
#include "bench/support/latencies.h"
#include "bench/support/lmdb_state.h"
#include "bench/support/population.h"
#include "bench/support/scratch_directory.h"

#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include <fmt/format.h>

#include "claviger/keyring/bus_guard.h"
#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"

namespace claviger::bench {
namespace {

constexpr Time kNow = from_microseconds(1'800'000'001'000'000);
constexpr std::uint64_t kMillion = 1'000'000;
constexpr double kGoalMicroseconds = 1.2;
constexpr double kGoalBytesPerKey = 200;
constexpr double kGoalBuildSeconds = 1.5;

/// A call as the edge hands it over: its header lies in memory that was written just now.
class PreparedCall {
 public:
  PreparedCall() { raw_.peer = *core::IpAddress::parse(kPeer); }

  /// The same call with another secret.
  const core::RawRequest& with(std::string_view secret) {
    header_.resize(kScheme.size());
    header_ += secret;
    carriers_[0].value = header_;
    raw_.headers = carriers_;
    return raw_;
  }

 private:
  static constexpr std::string_view kScheme = "Bearer ";

  std::string header_{kScheme};
  std::array<core::CarrierHeader, 1> carriers_ = {{{core::meaning_of_header("Authorization"), {}}}};
  core::RawRequest raw_{.method = kMethod,
                        .target = kTarget,
                        .routed_path = {},
                        .headers = {},
                        .peer = {},
                        .has_origin = false,
                        .has_requested_method = false};
};

/// Times `operation` on the call with a random key of the population, `samples` times.
/// Errors: kInternal if it ever answers false.
template <class Operation>
Result<void> time_calls(const Population& population, std::uint64_t samples, Latencies& latencies,
                        Operation operation) {
  std::mt19937_64 dice(latencies.size());
  PreparedCall call;
  for (std::uint64_t i = 0; i < samples; ++i) {
    const core::RawRequest& raw = call.with(population.text(dice() % population.keys()));
    const std::uint64_t begin = ticks_now();
    const bool as_expected = operation(raw);
    const std::uint64_t end = ticks_now();
    if (!as_expected) return fail(Error::internal("a call was not judged as it should be"));
    latencies.add(begin, end);
  }
  return {};
}

/// One keyring and its peers, filled with the same keys.
class Stage {
 public:
  static Result<std::unique_ptr<Stage>> create(std::uint64_t keys, std::uint64_t samples) {
    std::unique_ptr<Stage> stage(new Stage(keys, samples));
    const std::string directory = stage->scratch_.folder("state");
    stage->cost_ = TRY(write_gateway_state(stage->population_, directory));
    stage->reader_ = keyring::Reader(directory);
    stage->counters_ = keyring::Counters(directory);
    stage->reader_.prefetch_counters_in(stage->counters_);
    stage->lmdb_ = TRY(LmdbState::create(stage->population_, stage->scratch_.folder("lmdb")));
    return stage;
  }

  /// Every measurement in turn, several times, so that whatever disturbs hits all of them.
  Result<void> measure() {
    for (std::uint64_t key = 0; key < population_.keys(); ++key)
      if (!counters_.claim(population_.key_id(key).uuid()).is_set())
        return fail(Error::internal("there is no room for the counters"));
    for (int round = 0; round < kRounds; ++round) TRY(measure_once(samples_ / kRounds));
    return {};
  }

  void report(const TickScale& scale) {
    const std::string size = population_.keys() % kMillion == 0
                                 ? fmt::format("{}m", population_.keys() / kMillion)
                                 : fmt::format("{}k", population_.keys() / 1000);
    const auto in_microseconds = [&](std::string_view name, const Latencies& latencies, double part,
                                     std::optional<Goal> goal = std::nullopt) {
      print({.name = fmt::format("decision.{}_{}", name, size),
             .value = latencies.quantile(scale, part) / 1000,
             .unit = "us",
             .goal = goal});
    };
    const bool has_goal = population_.keys() == kMillion;
    const auto goal = [&](double value) {
      return has_goal ? std::optional(Goal{Bound::kAtMost, value}) : std::nullopt;
    };
    in_microseconds("p50", verdicts_, 0.5, goal(kGoalMicroseconds));
    in_microseconds("p99", verdicts_, 0.99);
    in_microseconds("unknown_key_p50", refusals_, 0.5);
    in_microseconds("lmdb_p50", lmdb_verdicts_, 0.5);
    in_microseconds("lmdb_p99", lmdb_verdicts_, 0.99);
    in_microseconds("without_look_up_p50", bare_verdicts_, 0.5);
    in_microseconds("lmdb_look_up_p50", lmdb_look_ups_, 0.5);
    in_microseconds("sha256_p50", digests_, 0.5);
    const auto keys = static_cast<double>(population_.keys());
    print({.name = "decision.keyring_bytes_per_key_" + size,
           .value = static_cast<double>(reader_.facts().file_bytes) / keys,
           .unit = "bytes",
           .goal = goal(kGoalBytesPerKey)});
    print({.name = "decision.keyring_build_" + size,
           .value = cost_.seconds,
           .unit = "s",
           .goal = goal(kGoalBuildSeconds)});
  }

 private:
  static constexpr int kRounds = 10;

  Stage(std::uint64_t keys, std::uint64_t samples)
      : population_(keys),
        samples_(samples),
        one_key_(population_, 0),
        foreign_text_(Population::foreign_text(0)) {}

  /// Counts the call; true if it was allowed and there was room to count it.
  bool count(const core::Decision& decision) {
    const keyring::CounterSlot slot = counters_.claim(decision.key);
    if (!slot.is_set()) return false;
    slot.add(keyring::UseNote::of(decision.secret.uuid(), {}), kNow);
    return decision.allowed();
  }

  Result<void> measure_once(std::uint64_t samples) {
    const auto time = [&](Latencies& into, auto operation) {
      return time_calls(population_, samples, into, operation);
    };
    TRY(time(verdicts_, [&](const core::RawRequest& raw) {
      return count(reader_.decide(raw, kApiName, kNow));
    }));
    TRY(time(lmdb_verdicts_, [&](const core::RawRequest& raw) {
      lmdb_->renew();
      return count(core::decide(raw, kApiName, *lmdb_, kNow, sha256_));
    }));
    TRY(time(bare_verdicts_, [&](const core::RawRequest& raw) {
      return count(core::decide(raw, kApiName, one_key_, kNow, sha256_));
    }));
    TRY(time(digests_, [&](const core::RawRequest& raw) {
      digest_ = sha256_.of(raw.headers.front().value.substr(7));
      return true;
    }));
    TRY(time_look_ups(samples));
    return time_refusals(samples);
  }

  /// LMDB alone: the digest is computed before the clock starts.
  Result<void> time_look_ups(std::uint64_t samples) {
    std::mt19937_64 dice(samples);
    KeyEntry entry;
    for (std::uint64_t i = 0; i < samples; ++i) {
      const Digest digest = sha256_.of(population_.text(dice() % population_.keys()));
      const std::uint64_t begin = ticks_now();
      const bool found = lmdb_->find(digest, entry);
      lmdb_look_ups_.add(begin, ticks_now());
      if (!found) return fail(Error::internal("LMDB lacks a key"));
    }
    return {};
  }

  Result<void> time_refusals(std::uint64_t samples) {
    PreparedCall call;
    for (std::uint64_t i = 0; i < samples; ++i) {
      const core::RawRequest& raw = call.with(foreign_text_);
      const std::uint64_t begin = ticks_now();
      const core::Decision decision = reader_.decide(raw, kApiName, kNow);
      refusals_.add(begin, ticks_now());
      if (decision.reason != core::Reason::kCredentialUnknown)
        return fail(Error::internal("an unknown key was not refused as such"));
    }
    return {};
  }

  Population population_;
  std::uint64_t samples_;
  ScratchDirectory scratch_;
  KeyringCost cost_;
  keyring::Reader reader_{{}};
  keyring::Counters counters_{{}};
  std::unique_ptr<LmdbState> lmdb_;
  OneKeyState one_key_;
  std::string foreign_text_;
  Sha256 sha256_;
  Digest digest_{};
  Latencies verdicts_{samples_};
  Latencies refusals_{samples_};
  Latencies lmdb_verdicts_{samples_};
  Latencies lmdb_look_ups_{samples_};
  Latencies bare_verdicts_{samples_};
  Latencies digests_{samples_};
};

Result<void> run() {
  keyring::install_bus_guard();
  const TickScale scale;
  const std::uint64_t samples = number_from_environment("CLAVIGER_BENCH_SAMPLES", 500'000);
  const std::uint64_t most_keys = number_from_environment("CLAVIGER_BENCH_KEYS", kMillion);
  for (std::uint64_t keys : {std::uint64_t{1'000}, std::uint64_t{100'000}, most_keys}) {
    const auto stage = TRY(Stage::create(keys, samples));
    TRY(stage->measure());
    stage->report(scale);
  }
  return {};
}

}  // namespace
}  // namespace claviger::bench

int main() {
  const auto result = claviger::bench::run();
  if (result) return EXIT_SUCCESS;
  std::cerr << "decision: " << result.error().internal_text() << '\n';
  return EXIT_FAILURE;
}
