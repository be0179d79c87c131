#include "commands.h"

#include "config.h"
#include "serve.h"

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"

namespace claviger::app {
namespace {

using cli::Argument;
using cli::ExitCode;

/// The flags of whatever reads the server's configuration.
class ConfigFlags {
 public:
  std::vector<Argument> arguments() {
    return {{.name = "--config",
             .value = "FILE",
             .help = "configuration file (TOML)",
             .target = &file_,
             .completes = cli::Completes::kFiles},
            {.name = "--data-dir",
             .value = "DIR",
             .help = "directory of the database",
             .target = &data_dir_},
            {.name = "--state-dir",
             .value = "DIR",
             .help = "directory of keyring and counters, in tmpfs",
             .target = &state_dir_},
            {.name = "--listen",
             .value = "ADDR:PORT",
             .help = "address and port of the REST API",
             .target = &listen_},
            {.name = "--log-level",
             .value = "LEVEL",
             .help = "debug, info, warning or error",
             .target = &log_level_},
            {.name = "--log-format",
             .value = "FORMAT",
             .help = "json or text",
             .target = &log_format_}};
  }

  [[nodiscard]] ConfigResult read() const {
    ConfigSources sources;
    sources.file = file_.value_or("");
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      const std::size_t equals = text.find('=');
      if (equals != std::string::npos)
        sources.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    const auto flag = [&](const char* setting, const std::optional<std::string>& value) {
      if (value) sources.flags.emplace(setting, *value);
    };
    flag("server.data_dir", data_dir_);
    flag("gateway.state_dir", state_dir_);
    flag("server.listen", listen_);
    flag("log.level", log_level_);
    flag("log.format", log_format_);
    return read_config(sources);
  }

 private:
  std::optional<std::string> file_;
  std::optional<std::string> data_dir_;
  std::optional<std::string> state_dir_;
  std::optional<std::string> listen_;
  std::optional<std::string> log_level_;
  std::optional<std::string> log_format_;
};

/// Prints every fault of a configuration; true if there is none.
bool is_sound(const ConfigResult& result) {
  for (const ConfigFault& fault : result.faults)
    std::cerr << fmt::format("{}: {}\n", fault.place, fault.sentence);
  return result.faults.empty();
}

std::string settings_notes() {
  std::string notes =
      "Settings, as they stand in the file (section.name) and as CLAVIGER__SECTION__NAME:\n";
  for (const SettingHelp& setting : settings_help())
    notes += fmt::format("  {:<30} {}\n", setting.name, setting.help);
  return notes;
}

class Serve final : public cli::Command {
 public:
  cli::Description description() override {
    return {.path = "serve",
            .summary = "Run the server, with the agent of this host",
            .examples =
                {"claviger serve --data-dir /var/lib/claviger --state-dir /run/claviger/gateway "
                 "--listen 127.0.0.1:8080"},
            .arguments = flags_.arguments(),
            .notes = settings_notes()};
  }

  Result<ExitCode> run(cli::Context&) override {
    const ConfigResult config = flags_.read();
    if (!is_sound(config)) return ExitCode::kUsage;
    return serve(config.config) == 0 ? ExitCode::kOk : ExitCode::kFailed;
  }

 private:
  ConfigFlags flags_;
};

class Check final : public cli::Command {
 public:
  cli::Description description() override {
    return {.path = "check",
            .summary = "Check a configuration and print all its faults",
            .examples = {"claviger check --config /etc/claviger/claviger.toml"},
            .arguments = flags_.arguments(),
            .notes = settings_notes()};
  }

  Result<ExitCode> run(cli::Context&) override {
    if (!is_sound(flags_.read())) return ExitCode::kUsage;
    std::cerr << "The configuration is sound.\n";
    return ExitCode::kOk;
  }

 private:
  ConfigFlags flags_;
};

/// What a gateway's files hold, for those who look for a fault.
class AgentInspect final : public cli::Command {
 public:
  cli::Description description() override {
    return {.path = "agent inspect",
            .summary = "Show what a gateway's keyring and counters hold, as JSON",
            .examples = {"claviger agent inspect --state-dir /run/claviger/gateway"},
            .arguments = {{.name = "--state-dir",
                           .value = "DIR",
                           .help = "directory of keyring and counters",
                           .target = &state_dir_}},
            .notes = ""};
  }

  Result<ExitCode> run(cli::Context&) override {
    keyring::Reader reader(state_dir_);
    const keyring::Condition condition = reader.refresh(SystemClock().now());
    const keyring::Reader::Facts facts = reader.facts();
    std::uint64_t calls = 0;
    std::uint64_t counted_keys = 0;
    keyring::read_counters(state_dir_, [&](const keyring::CallCount& count) {
      calls += count.calls;
      ++counted_keys;
    });
    const nlohmann::ordered_json report = {
        {"stateDirectory", state_dir_},
        {"condition", "the keyring " + std::string(to_string(condition))},
        {"usable", condition == keyring::Condition::kUsable},
        {"epoch", facts.epoch.number},
        {"version", facts.version.number},
        {"generation", facts.generation},
        {"freshUntil", to_rfc3339(facts.fresh_until)},
        {"keys", facts.keys},
        {"secrets", facts.secrets},
        {"fileBytes", facts.file_bytes},
        {"countedCalls", calls},
        {"countedKeys", counted_keys},
        {"undecidedRequests", keyring::read_undecided(state_dir_)}};
    std::cout << report.dump(2) << '\n';
    return condition == keyring::Condition::kUsable ? ExitCode::kOk : ExitCode::kFailed;
  }

 private:
  std::string state_dir_ = Config{}.state_dir;
};

}  // namespace

cli::Commands commands() {
  cli::Commands commands;
  commands.push_back(std::make_unique<Serve>());
  commands.push_back(std::make_unique<Check>());
  commands.push_back(std::make_unique<AgentInspect>());
  return commands;
}

}  // namespace claviger::app
