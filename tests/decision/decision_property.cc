// decide() on a keyring against the reference, over random worlds and calls.
//
//   decision_property [--pairs N] [--seed N]
//
// Each world has the seed of the run plus its own number, so that a world in which the two disagree
// is replayed alone by its own seed. A long enough run fails also if some reason was never reached:
// it would have shown nothing about it.
#include "tests/decision/calls.h"
#include "tests/decision/records.h"
#include "tests/decision/reference.h"
#include "tests/decision/worlds.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "claviger/keyring/reader.h"
#include "claviger/keyring/writer.h"

namespace claviger::model {
namespace {

using core::Reason;

constexpr std::uint64_t kCallsPerWorld = 400;
constexpr std::uint64_t kCallsPerChange = 40;
/// From here on every reason must have been reached; in fewer pairs chance may miss one.
constexpr std::uint64_t kPairsThatReachAll = 50'000;

struct Options {
  std::uint64_t pairs = 100'000;
  std::uint64_t seed = 1;
};

[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "decision_property: {}\n", why);
  std::exit(2);
}

void must(const Result<void>& result) {
  if (!result) die(result.error().internal_text());
}

/// A directory of this run's own, removed at its end.
class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_(std::filesystem::temp_directory_path() / "claviger-decision-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) die("there is no place for a temporary directory");
  }

  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A gateway with a keyring of its own, which holds the world it was last told.
class Gateway {
 public:
  explicit Gateway(const World& world) : reader_(directory_.path()) { tell(world); }

  void tell(const World& world) {
    if (!world.known_at) return;
    if (!writer_) {
      Result<keyring::Writer> made =
          keyring::Writer::create(directory_.path(), core::Epoch{1}, kCapacity);
      if (!made) die(made.error().internal_text());
      writer_.emplace(std::move(*made));
    }
    for (const core::GatewayRecord& record : records_of(world)) must(writer_->put(record));
    must(writer_->publish(core::Version{++version_}, *world.known_at));
  }

  core::Decision decide(const Call& call) {
    reader_.refresh(kStartOfTime);
    const EdgeRequest request(call);
    return reader_.decide(request.raw(), call.api, call.now);
  }

  Scopes names_of(const core::ScopeSet& scopes, const Name& api) const {
    std::string joined;
    reader_.append_scope_names(api, scopes, joined);
    Scopes names;
    for (std::size_t at = 0; at < joined.size();) {
      const std::size_t end = std::min(joined.find(' ', at), joined.size());
      names.insert(joined.substr(at, end - at));
      at = end + 1;
    }
    return names;
  }

 private:
  // Smaller than most worlds become, so that files grow under their readers as well.
  static constexpr keyring::Capacity kCapacity = {.organizations = 16,
                                                  .right_sets = 16,
                                                  .users = 16,
                                                  .apis = 16,
                                                  .applications = 16,
                                                  .keys = 16,
                                                  .secrets = 16,
                                                  .arena_bytes = 1 << 14};

  TemporaryDirectory directory_;
  std::optional<keyring::Writer> writer_;
  keyring::Reader reader_;
  std::int64_t version_ = 0;
};

/// True if the caller showed a secret that some key has or had: only then may it learn a reason.
bool knows_caller(Reason reason) {
  return reason >= Reason::kKeyRevoked && reason != Reason::kPreflight;
}

/// The first thing in which the two differ; empty if they agree.
std::string difference(const core::Decision& decision, const Verdict& verdict, const Call& call,
                       const Gateway& gateway) {
  if (decision.reason != verdict.reason)
    return fmt::format("decide() says {}, the reference says {}", to_string(decision.reason),
                       to_string(verdict.reason));
  if (decision.caller_is_known != knows_caller(decision.reason)) return "caller_is_known is wrong";
  const bool names_caller = !decision.key.is_nil() || !decision.application.is_nil() ||
                            !decision.organization.is_nil() || !decision.user.is_nil();
  if (!decision.caller_is_known && names_caller) return "an unknown caller has an id";
  if (decision.reason != Reason::kAllowed)
    return decision.scopes == core::ScopeSet{} ? "" : "a refused call has scopes";
  if (decision.key != uuid_of(verdict.key)) return "the key should be " + verdict.key;
  if (decision.application != uuid_of(verdict.application))
    return "the application should be " + verdict.application;
  if (decision.organization != uuid_of(verdict.organization))
    return "the organization should be " + verdict.organization;
  if (decision.user != uuid_of(verdict.user)) return "the user should be " + verdict.user;
  if (decision.endpoint != endpoint_number_of(verdict.endpoint))
    return "the endpoint should be " + verdict.endpoint;
  if (gateway.names_of(decision.scopes, call.api) != verdict.scopes) return "the scopes differ";
  return "";
}

using Counts = std::array<std::uint64_t, core::kReasonCount>;

/// Plays one world; false, with a message, where the two disagree.
bool play(std::uint64_t seed, std::uint64_t calls, Counts& counts) {
  Dice dice(seed);
  World world = random_world(dice);
  Gateway gateway(world);
  for (std::uint64_t i = 0; i < calls; ++i) {
    if (i % kCallsPerChange == kCallsPerChange - 1) {
      change(world, dice);
      gateway.tell(world);
    }
    const Call call = random_call(world, dice);
    const core::Decision decision = gateway.decide(call);
    const Verdict verdict = judge(world, call);
    const std::string problem = difference(decision, verdict, call, gateway);
    if (!problem.empty()) {
      fmt::print(stderr, "{}\n{}  replay: decision_property --seed {} --pairs {}\n", problem,
                 describe(call), seed, i + 1);
      return false;
    }
    ++counts[static_cast<std::size_t>(decision.reason)];
  }
  return true;
}

/// True for the reasons that no whole keyring can give.
bool cannot_occur(Reason reason) {
  return reason == Reason::kUndecided || reason == Reason::kStateUnreadable;
}

/// Prints how often each reason was reached; false if one never was.
bool reached_all(const Counts& counts) {
  bool all = true;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (cannot_occur(reason)) continue;
    fmt::print("{:>10}  {}\n", counts[i], to_string(reason));
    all = all && counts[i] > 0;
  }
  return all;
}

std::uint64_t number_from(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) die("\"" + text + "\" is not a number");
  return number;
}

Options options_from(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    if (name == "--pairs")
      options.pairs = number_from(arguments[i + 1]);
    else if (name == "--seed")
      options.seed = number_from(arguments[i + 1]);
    else
      die("there is no option " + name + "; there are --pairs N and --seed N");
  }
  if (count % 2 == 0) die("an option lacks its number");
  return options;
}

int run(const Options& options) {
  Counts counts{};
  for (std::uint64_t done = 0; done < options.pairs; done += kCallsPerWorld) {
    const std::uint64_t calls = std::min(kCallsPerWorld, options.pairs - done);
    if (!play(options.seed + done / kCallsPerWorld, calls, counts)) return 1;
  }
  const bool all = reached_all(counts);
  if (!all && options.pairs >= kPairsThatReachAll) {
    fmt::print(stderr, "some reason was never reached: see the zero above\n");
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace claviger::model

int main(int count, char** arguments) {
  return claviger::model::run(claviger::model::options_from(count, arguments));
}
