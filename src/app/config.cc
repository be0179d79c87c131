#include "config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "claviger/core/interval.h"
#include "claviger/http/suggestion.h"

namespace claviger::app {
namespace {

/// What is wrong with a value, as a sentence; nullopt if it was taken.
using Refusal = std::optional<std::string>;

struct Setting {
  std::string_view name;
  std::string_view help;
  std::function<Refusal(Config&, std::string_view)> set;
};

Refusal set_listen(Config& config, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon);
  unsigned port = 0;
  bool sound = colon != std::string_view::npos && !address.empty();
  if (sound) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    sound = !digits.empty() && error == std::errc{} && end == digits.data() + digits.size() &&
            port <= 65535;
  }
  if (!sound) return "It must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080.";
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  config.listen_address = std::string(address);
  config.listen_port = static_cast<std::uint16_t>(port);
  return std::nullopt;
}

template <std::string Config::*kMember>
Refusal set_text(Config& config, std::string_view text) {
  if (text.empty()) return "It must not be empty.";
  config.*kMember = std::string(text);
  return std::nullopt;
}

std::optional<int> number_from(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || number < least || number > most) return std::nullopt;
  return number;
}

std::string not_a_number(int least, int most) {
  return fmt::format("It must be a number from {} to {}.", least, most);
}

template <int Config::*kMember, int kLeast, int kMost>
Refusal set_number(Config& config, std::string_view text) {
  const auto number = number_from(text, kLeast, kMost);
  if (!number) return not_a_number(kLeast, kMost);
  config.*kMember = *number;
  return std::nullopt;
}

template <std::optional<int> core::ActiveLimits::*kLimit>
Refusal set_limit(Config& config, std::string_view text) {
  const auto number = number_from(text, 0, core::kHighestActiveLimit);
  if (!number) return not_a_number(0, core::kHighestActiveLimit);
  config.limits_of_new_organizations.*kLimit = *number == 0 ? std::nullopt : number;
  return std::nullopt;
}

Refusal set_proxies(Config& config, std::string_view text) {
  config.trusted_proxies.clear();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    const auto network = core::Network::parse(item);
    if (!network) return "It must be networks such as 10.0.0.0/8, with commas between them.";
    config.trusted_proxies.push_back(*network);
  }
  return std::nullopt;
}

/// An interval of the clock: "30min", "12h".
template <Microseconds Config::*kMember>
Refusal set_interval(Config& config, std::string_view text) {
  constexpr Microseconds kLeast = std::chrono::minutes{1};
  constexpr Microseconds kMost = std::chrono::hours{24 * 365};
  const auto interval = core::parse_interval(text);
  if (!interval || interval->months != 0 || interval->rest < kLeast || interval->rest > kMost)
    return "It must be an interval from 1min to 365d, such as 12h.";
  config.*kMember = interval->rest;
  return std::nullopt;
}

template <bool Config::*kMember>
Refusal set_switch(Config& config, std::string_view text) {
  if (text != "true" && text != "false") return "It must be true or false.";
  config.*kMember = text == "true";
  return std::nullopt;
}

Refusal set_log_level(Config& config, std::string_view text) {
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};
  const auto found = std::find(kLevels.begin(), kLevels.end(), text);
  if (found == kLevels.end()) return "It must be debug, info, warning or error.";
  config.log_level = static_cast<log::Level>(found - kLevels.begin());
  return std::nullopt;
}

Refusal set_log_format(Config& config, std::string_view text) {
  if (text != "json" && text != "text") return "It must be json or text.";
  config.log_format = text == "json" ? log::Format::kJson : log::Format::kText;
  return std::nullopt;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"server.listen", "address and port of the REST API; port 0 takes a free one", set_listen},
      {"server.trusted_proxies",
       "networks, with commas between them, whose X-Forwarded-For is believed", set_proxies},
      {"server.data_dir", "directory of the database", set_text<&Config::data_dir>},
      {"server.worker_threads", "requests worked on at once",
       set_number<&Config::worker_threads, 1, 1024>},
      {"database.url", "postgresql://… instead of SQLite in the data directory",
       set_text<&Config::database_url>},
      {"gateway.state_dir", "directory of keyring and counters, in tmpfs",
       set_text<&Config::state_dir>},
      {"gateway.name", "name of this host's gateway; the host's own if left out",
       set_text<&Config::gateway_name>},
      {"limits.applications_per_user",
       "active applications of one user, in a new organization; 0 is unlimited",
       set_limit<&core::ActiveLimits::applications_per_user>},
      {"limits.keys_per_application",
       "active keys of one application, in a new organization; 0 is unlimited",
       set_limit<&core::ActiveLimits::keys_per_application>},
      {"limits.sign_ins_per_minute", "failed sign-ins from one network; 0 is unlimited",
       set_number<&Config::sign_ins_per_minute, 0, 1'000'000>},
      {"limits.changes_per_minute", "changes by one user; 0 is unlimited",
       set_number<&Config::changes_per_minute, 0, 1'000'000>},
      {"sessions.lifetime", "how long a sign-in lasts, whatever is done with it",
       set_interval<&Config::session_lifetime>},
      {"sessions.idle", "how long a sign-in lasts without use",
       set_interval<&Config::session_idle>},
      {"limits.inactive_keys_per_application",
       "keys of one application that are not active and not deleted; 0 is unlimited",
       set_number<&Config::inactive_keys_per_application, 0, 1'000'000>},
      {"compatibility.veeam",
       "true answers /api/v3 as Veeam Service Provider Console does, passwords for tokens included",
       set_switch<&Config::is_veeam_compatible>},
      {"log.level", "debug, info, warning or error", set_log_level},
      {"log.format", "json or text", set_log_format},
  };
  return all;
}

/// Applies values one by one and keeps every fault.
class Applier {
 public:
  void apply(const std::string& name, std::string_view value, const std::string& place) {
    const auto found = std::find_if(settings().begin(), settings().end(),
                                    [&](const Setting& setting) { return setting.name == name; });
    if (found == settings().end()) {
      fault(place, fmt::format("There is no setting \"{}\".{}", name, suggestion(name)));
      return;
    }
    if (const Refusal refusal = found->set(result_.config, value))
      fault(place, fmt::format("{} is \"{}\". {}", name, value, *refusal));
  }

  void fault(std::string place, std::string sentence) {
    result_.faults.push_back({std::move(place), std::move(sentence)});
  }

  ConfigResult finish() { return std::move(result_); }

 private:
  static std::string suggestion(const std::string& name) {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) names.emplace_back(setting.name);
    const auto nearest = http::nearest_word(name, names);
    return nearest ? fmt::format(" Did you mean \"{}\"?", *nearest) : std::string();
  }

  ConfigResult result_;
};

std::string place_of(const std::string& file, const toml::source_position& position) {
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

/// The text of a value that a setting can take; nullopt for tables, arrays and dates.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

void apply_file(const std::string& file, Applier& applier) {
  // toml++ reports by exceptions; they end here.
  try {
    const toml::table root = toml::parse_file(file);
    for (const auto& [section_key, section] : root) {
      const std::string section_name(section_key.str());
      const auto* table = section.as_table();
      if (table == nullptr) {
        applier.fault(
            place_of(file, section_key.source().begin),
            fmt::format("\"{}\" stands outside of a section such as [server].", section_name));
        continue;
      }
      for (const auto& [key, value] : *table) {
        const std::string name = section_name + '.' + std::string(key.str());
        const std::string place = place_of(file, key.source().begin);
        if (const auto text = text_of(value))
          applier.apply(name, *text, place);
        else
          applier.fault(place, fmt::format("{} must be a text or a number.", name));
      }
    }
  } catch (const toml::parse_error& error) {
    applier.fault(place_of(file, error.source().begin), std::string(error.description()) + ".");
  }
}

/// CLAVIGER__SERVER__LISTEN -> server.listen
std::string setting_of_variable(std::string_view variable) {
  std::string name;
  for (std::size_t i = 0; i < variable.size(); ++i) {
    if (variable.substr(i, 2) == "__") {
      name += '.';
      ++i;
      continue;
    }
    const char c = variable[i];
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

}  // namespace

ConfigResult read_config(const ConfigSources& sources) {
  constexpr std::string_view kPrefix = "CLAVIGER__";
  Applier applier;
  if (!sources.file.empty()) apply_file(sources.file, applier);
  for (const auto& [variable, value] : sources.environment) {
    if (variable.starts_with(kPrefix))
      applier.apply(setting_of_variable(variable.substr(kPrefix.size())), value, variable);
  }
  for (const auto& [name, value] : sources.flags)
    applier.apply(name, value, "the flag for " + name);
  return applier.finish();
}

std::vector<SettingHelp> settings_help() {
  std::vector<SettingHelp> help;
  for (const Setting& setting : settings()) help.push_back({setting.name, setting.help});
  return help;
}

}  // namespace claviger::app
